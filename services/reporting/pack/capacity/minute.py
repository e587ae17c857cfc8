"""In one minute: who carries more than its share."""

from __future__ import annotations

from domain import wording
from domain.figures.load import Load, LoadFlag
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.minute import NAMED, Finding


def carrying(briefing: Briefing) -> Finding | None:
    """Return the partners that released more than twice the mean, the heaviest load first."""
    found = [each for each in briefing.now.loads if LoadFlag.CARRYING_MORE_THAN_ITS_SHARE in each.flags]
    if not found:
        released = any(each.released for each in briefing.now.loads)
        return Finding("no partner carries more than its share", "attention", is_well=True) if released else None
    words = (_carries(briefing, each) for each in sorted(found, key=lambda each: -(each.ratio or 0)))
    return Finding(f"carrying more than its share: {wording.listed_up_to(NAMED, words)}", "attention")


def _carries(briefing: Briefing, load: Load) -> str:
    ratio = "" if load.ratio is None else f" ({wording.quantity(load.ratio)} times the mean)"
    return f"{briefing.now.partner_name(load.partner)}{ratio}"
