"""Load as a sheet."""

from __future__ import annotations

from domain import wording
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.columns import NAME, PARTNER, Columns, number, text
from services.reporting.pack.document import Sheet


def load(briefing: Briefing) -> Sheet:
    """Return the days that partners pledged and released."""
    columns: Columns = (
        PARTNER,
        NAME,
        number("Pledged days", 12, "What the partner pledged for the quarter.", "days"),
        number("Released days", 13, "What it gave in the quarter.", "days"),
        number(
            "Load ratio", 10, "Released days over the mean of all partners; empty where that is 0.", "times the mean"
        ),
        text("Flags", 44, "What the board should look at."),
    )
    rows = (
        (
            each.partner,
            briefing.now.partner_name(each.partner),
            each.pledged,
            each.released,
            each.ratio,
            ", ".join(wording.FLAGS[flag] for flag in each.flags),
        )
        for each in briefing.now.loads
    )
    says = "A partner’s days in the quarter covered. Reported by partners; ratio and flags are computed."
    return Sheet("Load", says, columns, tuple(rows))
