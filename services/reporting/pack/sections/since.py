"""Section 3: what moved between the last issued pack and this one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from domain import wording
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Block, Paragraph, Section, Table
from services.reporting.pack.edition import EditionState
from services.reporting.pack.previous import PreviousPack

Comparison = Callable[[Briefing, PreviousPack], Table]
"""Returns what moved between the pack before and this one; a table without rows where nothing did."""


def section(comparisons: Mapping[str, Comparison], briefing: Briefing) -> Section:
    """Return the section, with the ``comparisons`` by what is compared."""
    is_supplement = briefing.edition.state is EditionState.SUPPLEMENT
    heading = "Since the pack was issued" if is_supplement else "Since your last meeting"
    return Section(3, "since", heading, tuple(_blocks(comparisons, briefing)))


def _blocks(comparisons: Mapping[str, Comparison], briefing: Briefing) -> Iterator[Block]:
    before = briefing.before
    if before is None:
        yield Paragraph("This is the partnership’s first pack, so there is no earlier one to compare it with.", "lead")
        return
    yield Paragraph(
        f"Compared with the pack for {before.notice.reference} ({wording.plain_date(before.notice.date)}), "
        f"which took in what was recorded up to {briefing.local(before.at)}.",
        "lead",
    )
    tables = [(title, table(briefing, before)) for title, table in comparisons.items()]
    for _, table in tables:
        if table.rows:
            yield table
    unchanged = [title.lower() for title, table in tables if not table.rows]
    if unchanged:
        yield Paragraph(f"Nothing has changed, or been recorded, under: {', '.join(unchanged)}.", "quiet")
