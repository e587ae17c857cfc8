"""The columns of sheets: how one is written, and those that several sheets share."""

from __future__ import annotations

from services.reporting.pack.document import ColumnKind, SheetColumn, Value

Row = tuple[Value, ...]
Columns = tuple[SheetColumn, ...]

_DATE_WIDTH = 12


def text(title: str, width: int, says: str) -> SheetColumn:
    """Return a column of texts."""
    return SheetColumn(title, ColumnKind.TEXT, width, says)


def number(title: str, width: int, says: str, unit: str = "") -> SheetColumn:
    """Return a column of numbers, counted in ``unit``."""
    return SheetColumn(title, ColumnKind.NUMBER, width, says, unit)


def day(title: str, says: str) -> SheetColumn:
    """Return a column of dates."""
    return SheetColumn(title, ColumnKind.DATE, _DATE_WIDTH, says)


REFERENCE = text("Reference", 14, "What it is called, for ever.")
TITLE = text("Title", 44, "As it was entered.")
PARTNER = text("Partner", 9, "The partner’s code.")
NAME = text("Partner’s name", 30, "The partner’s name on the day of the meeting.")
COMMITMENT = text("Commitment", 12, "The commitment’s reference.")
