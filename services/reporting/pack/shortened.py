"""Tables of which the most serious rows are read, and an annex has the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from services.reporting.pack.document import Block, Paragraph, Table


def shortened(table: Table, most: int, annex: str) -> Iterator[Block]:
    """Yield the first ``most`` rows of ``table``, and where there are more, how many are in ``annex`` alone."""
    yield replace(table, rows=table.rows[:most])
    if (more := len(table.rows) - most) > 0:
        yield Paragraph(f"And {more} more, in annex {annex}.", "quiet")
