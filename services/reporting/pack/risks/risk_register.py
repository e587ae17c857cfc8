"""E: the risk register, the 5 × 5 map and the direction in which each risk travels."""

from __future__ import annotations

from collections.abc import Iterator

from domain import wording
from domain.charts.risks import risk_map
from domain.figures.risks import HIGH
from domain.register.risks import RISKS, Risk
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Block, Chart, Column, ColumnKind, Paragraph, Section, Table
from services.reporting.pack.risks.since import direction


def section(briefing: Briefing) -> Section:
    """Return the section."""
    return Section("E", "risks", "Risks", tuple(_blocks(briefing)))


def _blocks(briefing: Briefing) -> Iterator[Block]:
    risks = sorted(
        (each for each in briefing.now.by_number(RISKS) if each.is_open), key=lambda each: -each.assessment.score
    )
    high = sum(each.assessment.score >= HIGH for each in risks)
    if not risks:
        yield Paragraph("There are no open risks.", "lead")
    else:
        yield Paragraph(f"{wording.sentence(wording.count(len(risks), 'open risk'))} {_high(high)}", "lead")
        yield Chart("Likelihood against impact", risk_map(risks, chart_id="chart-risks"), _alternative(risks))
        yield _register(briefing, risks)
    closed = [each for each in briefing.now.by_number(RISKS) if not each.is_open and briefing.is_news(each.closed_at)]
    if closed:
        yield _closed(briefing, closed)


def _high(number: int) -> str:
    if not number:
        return f"None has a score of {HIGH} or more."
    return f"{number} {'has' if number == 1 else 'have'} a score of {HIGH} or more, out of 25."


def _alternative(risks: list[Risk]) -> str:
    places = (
        f"{risk.reference} likelihood {risk.assessment.likelihood} and impact {risk.assessment.impact}"
        for risk in risks
    )
    return f"Map of likelihood against impact, each from 1 to 5: {'; '.join(places)}. The table has the same."


def _register(briefing: Briefing, risks: list[Risk]) -> Table:
    return Table(
        "Open risks, highest score first",
        (
            Column("Risk", share=4),
            Column("Owner", share=1.5),
            Column("L × I", ColumnKind.NUMBER, 0.65),
            Column("Score", ColumnKind.STATUS, 1.35),
            Column("Direction", ColumnKind.STATUS, 1.2),
            Column("Response", share=2.1),
        ),
        tuple(_row(briefing, each) for each in risks),
        "There are no open risks.",
        dense=True,
    )


def _row(briefing: Briefing, risk: Risk) -> tuple[Cell, ...]:
    judged = risk.assessment
    cause_and_effect = " ".join(wording.sentence(each) for each in (risk.cause, risk.effect) if each.strip())
    return (
        Cell(f"{risk.reference} {risk.title}", cause_and_effect),
        Cell(briefing.now.partner_name(risk.owner)),
        Cell(f"{judged.likelihood} × {judged.impact}"),
        wording.score_cell(risk),
        direction(briefing, risk),
        Cell(risk.response),
    )


def _closed(briefing: Briefing, risks: list[Risk]) -> Table:
    return Table(
        "Risks closed since the last pack",
        (Column("Risk", share=2), Column("Owner"), Column("Closed", ColumnKind.DATE), Column("Reason", share=2)),
        tuple(
            (
                Cell(f"{risk.reference} {risk.title}"),
                Cell(briefing.now.partner_name(risk.owner)),
                Cell(wording.short_date(risk.closed_on)),
                Cell(risk.closing_reason or ""),
            )
            for risk in risks
        ),
        "No risk was closed.",
    )
