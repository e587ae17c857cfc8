"""The risks that are high."""

from __future__ import annotations

from collections.abc import Iterator

from domain import wording
from domain.figures.risks import HIGH
from domain.register.risks import RISKS, Risk
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Block, Column, ColumnKind, Heading, Table
from services.reporting.pack.risks.since import direction
from services.reporting.pack.shortened import shortened

MOST = 10


def high(briefing: Briefing) -> Iterator[Block]:
    """Yield the open risks with a high score, the highest first."""
    still_open = [each for each in briefing.now.by_number(RISKS) if each.is_open]
    found = sorted(
        (each for each in still_open if each.assessment.score >= HIGH), key=lambda each: -each.assessment.score
    )
    yield Heading("High risks")
    table = Table(
        f"Risks with a score of {HIGH} or more, out of 25",
        (
            Column("Risk", share=2.6),
            Column("Owner", share=1.5),
            Column("Score", ColumnKind.STATUS, 1),
            Column("Direction", ColumnKind.STATUS, 1.1),
            Column("Response", share=2.4),
        ),
        tuple(_row(briefing, each) for each in found),
        f"None of {wording.count(len(still_open), 'open risk')} is high." if still_open else "There are no open risks.",
        dense=True,
    )
    yield from shortened(table, MOST, "E")


def _row(briefing: Briefing, risk: Risk) -> tuple[Cell, ...]:
    return (
        Cell(f"{risk.reference} {risk.title}"),
        Cell(briefing.now.partner_name(risk.owner)),
        wording.score_cell(risk),
        direction(briefing, risk),
        Cell(risk.response),
    )
