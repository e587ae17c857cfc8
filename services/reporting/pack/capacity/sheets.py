"""Load as a sheet."""

from __future__ import annotations

from domain import wording
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.columns import NAME, PARTNER, Columns
from services.reporting.pack.document import ColumnKind, Sheet


def load(briefing: Briefing) -> Sheet:
    """Return the days that partners pledged and released."""
    columns: Columns = (
        PARTNER,
        NAME,
        ("Pledged days", ColumnKind.NUMBER, 12),
        ("Released days", ColumnKind.NUMBER, 13),
        ("Load ratio", ColumnKind.NUMBER, 10),
        ("Flags", ColumnKind.TEXT, 44),
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
    return Sheet("Load", columns, tuple(rows))
