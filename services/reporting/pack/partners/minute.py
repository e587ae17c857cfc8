"""In one minute: which partners are silent."""

from __future__ import annotations

from domain import wording
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.minute import NAMED, Finding


def silent(briefing: Briefing) -> Finding | None:
    """Return the partners of which nothing was recorded in the quarter or since, the longest silent first."""
    days = briefing.now.silent
    if not days:
        is_known = any(each.is_full_member_on(briefing.now.on) for each in briefing.register.partners.values())
        return Finding("no partner is silent", "reporting", is_well=True) if is_known else None
    longest = sorted(days, key=lambda code: (-days[code], code))
    words = (f"{briefing.now.partner_name(code)} (for {wording.days(days[code])})" for code in longest)
    return Finding(f"silent: {wording.listed_up_to(NAMED, words)}", "reporting")
