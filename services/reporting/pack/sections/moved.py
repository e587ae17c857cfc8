"""A: everything that moved between the last issued pack and this one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Block, Paragraph, Section, Table
from services.reporting.pack.previous import PreviousPack
from services.reporting.pack.sections.since import compared_with

Comparison = Callable[[Briefing, PreviousPack], Table]
"""Returns what moved between the pack before and this one; a table without rows where nothing did."""


def section(comparisons: Mapping[str, Comparison], briefing: Briefing) -> Section:
    """Return the section, with the ``comparisons`` by what is compared."""
    return Section("A", "moved", "Everything that moved", tuple(_blocks(comparisons, briefing)), starts_page=True)


def _blocks(comparisons: Mapping[str, Comparison], briefing: Briefing) -> Iterator[Block]:
    yield Paragraph(compared_with(briefing), "lead")
    before = briefing.before
    if before is None:
        return
    tables = [(title, table(briefing, before)) for title, table in comparisons.items()]
    for _, table in tables:
        if table.rows:
            yield table
    unchanged = [title.lower() for title, table in tables if not table.rows]
    if unchanged:
        yield Paragraph(f"Nothing has changed, or been recorded, under: {', '.join(unchanged)}.", "quiet")
