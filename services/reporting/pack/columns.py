"""The columns that several sheets share."""

from __future__ import annotations

from services.reporting.pack.document import ColumnKind, Value

Row = tuple[Value, ...]
Columns = tuple[tuple[str, ColumnKind, int], ...]

REFERENCE = ("Reference", ColumnKind.TEXT, 14)
TITLE = ("Title", ColumnKind.TEXT, 44)
PARTNER = ("Partner", ColumnKind.TEXT, 9)
NAME = ("Partner’s name", ColumnKind.TEXT, 30)
COMMITMENT = ("Commitment", ColumnKind.TEXT, 12)
