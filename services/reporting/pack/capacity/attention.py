"""Who carries more than its share of the load, and who released less than half of what it pledged."""

from __future__ import annotations

from collections.abc import Iterator

from domain import wording
from domain.figures.load import Load
from domain.wording.cells import Cell, Tone
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.capacity.load import released_of_pledged
from services.reporting.pack.document import Block, Column, ColumnKind, Heading, Paragraph, Table


def flagged(briefing: Briefing) -> Iterator[Block]:
    """Yield the partners with a flag, the highest load first."""
    loads = sorted((each for each in briefing.now.loads if each.flags), key=lambda each: -(each.ratio or 0))
    yield Heading("Load between partners")
    yield Paragraph(released_of_pledged(briefing))
    yield Table(
        "Partners that carry more than their share, or released less than half of their pledge",
        (
            Column("Partner", share=2.4),
            Column("Pledged", ColumnKind.NUMBER),
            Column("Released", ColumnKind.NUMBER),
            Column("Load ratio", ColumnKind.NUMBER),
            Column("Flag", ColumnKind.STATUS, 2.4),
        ),
        tuple(_row(briefing, each) for each in loads),
        "No partner carries more than its share, and none released less than half of its pledge.",
        dense=True,
    )


def _row(briefing: Briefing, load: Load) -> tuple[Cell, ...]:
    flags = wording.listed(wording.FLAGS[each] for each in load.flags)
    return (
        briefing.partner(load.partner),
        Cell(wording.quantity(load.pledged)),
        Cell(wording.quantity(load.released)),
        Cell("none" if load.ratio is None else wording.quantity(load.ratio)),
        Cell(flags[:1].upper() + flags[1:], tone=Tone.CAUTION),
    )
