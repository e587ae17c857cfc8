"""The columns that several sheets share."""

from __future__ import annotations

from services.reporting.pack.document import Kind, Value

Row = tuple[Value, ...]
Columns = tuple[tuple[str, Kind, int], ...]

REFERENCE = ("Reference", Kind.TEXT, 14)
TITLE = ("Title", Kind.TEXT, 44)
PARTNER = ("Partner", Kind.TEXT, 9)
NAME = ("Partner’s name", Kind.TEXT, 30)
COMMITMENT = ("Commitment", Kind.TEXT, 12)
