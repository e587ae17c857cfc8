"""Meetings as a sheet."""

from __future__ import annotations

from domain.register.board import held_or_due
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.columns import REFERENCE
from services.reporting.pack.document import ColumnKind, Sheet


def meetings(briefing: Briefing) -> Sheet:
    """Return the meetings."""
    columns = (
        REFERENCE,
        ("Date", ColumnKind.DATE, 12),
        ("Time", ColumnKind.TEXT, 8),
        ("Place", ColumnKind.TEXT, 40),
        ("State", ColumnKind.TEXT, 14),
    )
    rows = (
        (each.reference, each.date, f"{each.time:%H:%M}", each.place, each.state.value.replace("_", " "))
        for each in held_or_due(briefing.register)
    )
    return Sheet("Meetings", columns, tuple(rows))
