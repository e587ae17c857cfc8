"""Of a supplement: compliance as it is now beside what the pack said of the same quarter."""

from __future__ import annotations

from collections.abc import Iterator

from domain import wording
from domain.figures.compliance import Counts
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Block, Column, ColumnKind, Paragraph, Section, Table
from services.reporting.pack.previous import PreviousPack


def section(briefing: Briefing) -> Section:
    """Return the section."""
    return Section("C", "beside", "Compliance now, beside the pack’s", tuple(_blocks(briefing)))


def _blocks(briefing: Briefing) -> Iterator[Block]:
    before = briefing.before
    assert before is not None, "a supplement goes with a pack"
    yield Paragraph(
        f"Both are about {briefing.now.quarter.label}. The pack’s figures, as at {briefing.local(before.at)}, stand; "
        f"those beside them are as at {briefing.local(briefing.now.at)}. What came after the deadline is met late.",
        "lead",
    )
    yield _table(
        briefing, before, "The partnership and its commitments", "Commitment", _by_commitment(briefing, before)
    )
    yield _table(briefing, before, "The partners", "Partner", _by_partner(briefing, before))


def _table(
    briefing: Briefing, before: PreviousPack, caption: str, first: str, rows: Iterator[tuple[Cell, ...]]
) -> Table:
    columns = (
        Column(first, share=2.4),
        Column("In the pack", ColumnKind.NUMBER),
        Column("Now", ColumnKind.NUMBER),
        Column("Met late now", ColumnKind.NUMBER),
    )
    return Table(f"{caption}, {briefing.now.quarter.label}", columns, tuple(rows), "Nothing fell due.", dense=True)


def _by_commitment(briefing: Briefing, before: PreviousPack) -> Iterator[tuple[Cell, ...]]:
    yield _row("The partnership", before.covered.partnership, briefing.now.covered.partnership)
    for reference, counts in briefing.now.covered.by_commitment.items():
        yield _row(briefing.titled(reference), before.covered.by_commitment.get(reference), counts)


def _by_partner(briefing: Briefing, before: PreviousPack) -> Iterator[tuple[Cell, ...]]:
    for code, counts in briefing.now.covered.by_partner.items():
        yield _row(briefing.now.partner_name(code), before.covered.by_partner.get(code), counts)


def _row(name: str, before: Counts | None, now: Counts) -> tuple[Cell, ...]:
    was = wording.NOTHING if before is None else wording.rate(before)
    return Cell(name), Cell(was), Cell(wording.rate(now)), Cell(str(now.met_late))
