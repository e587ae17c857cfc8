"""Meetings as a sheet."""

from __future__ import annotations

from domain.register.board import held_or_due
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.columns import REFERENCE, day, text
from services.reporting.pack.document import ColumnKind, Sheet, SheetColumn


def meetings(briefing: Briefing) -> Sheet:
    """Return the meetings."""
    columns = (
        REFERENCE,
        day("Date", "The day on which it is or was held."),
        SheetColumn("Time", ColumnKind.DATE, 8, "When it begins, local time."),
        text("Place", 40, "Where it is held."),
        text("State", 14, "How far it has come: scheduled, open, closed or cancelled."),
    )
    rows = (
        (each.reference, each.date, each.time, each.place, each.state.value.replace("_", " "))
        for each in held_or_due(briefing.register)
    )
    return Sheet("Meetings", "A meeting of the board, held or due. Entered by the secretary.", columns, tuple(rows))
