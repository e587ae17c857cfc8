"""C: compliance: rates with their counts, breaches, derogations, evidence, what still runs."""

from __future__ import annotations

from collections.abc import Iterator

from domain import wording
from domain.figures.compliance import QuarterCompliance
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.commitments.evidence import evidence_tables
from services.reporting.pack.commitments.matrix import matrix
from services.reporting.pack.commitments.running import running
from services.reporting.pack.document import Block, Column, ColumnKind, Heading, Paragraph, Section, Table


def section(briefing: Briefing) -> Section:
    """Return the section."""
    return Section("C", "compliance", "Compliance", tuple(_blocks(briefing)))


def quarters(briefing: Briefing) -> list[QuarterCompliance]:
    """Return the four quarters before and the one that the pack covers."""
    return [*briefing.now.trend, briefing.now.covered]


def _blocks(briefing: Briefing) -> Iterator[Block]:
    if not briefing.register.commitments:
        yield Paragraph("The partnership has agreed no commitments yet.", "lead")
        return
    yield Paragraph("Every rate with its counts, every obligation with its status.", "lead")
    yield _trend(briefing)
    yield _by_commitment(briefing)
    yield Heading("Breaches and derogations")
    yield _breaches(briefing)
    yield _derogations(briefing)
    yield Heading("Partners and commitments", anchor="matrix", kept=True)
    yield from matrix(briefing)
    yield _by_partner(briefing)
    yield Heading("Evidence", anchor="evidence")
    yield from evidence_tables(briefing)
    yield Heading("Obligations still running")
    yield from running(briefing)


def _trend(briefing: Briefing) -> Table:
    numbers = ("Met", "Met late", "Partly met", "Not met", "Not reported")
    return Table(
        "The partnership by quarter, each counted as at this pack’s cut-off",
        (
            Column("Quarter", share=1.2),
            Column("Rate", ColumnKind.NUMBER, 1.5),
            *(Column(each, ColumnKind.NUMBER, 0.9) for each in numbers),
        ),
        tuple(
            (
                Cell(each.quarter.label),
                Cell(wording.rate(each.partnership)),
                Cell(str(each.partnership.met)),
                Cell(str(each.partnership.met_late)),
                Cell(str(each.partnership.partly_met)),
                Cell(str(each.partnership.not_met)),
                Cell(str(each.partnership.not_reported)),
            )
            for each in quarters(briefing)
        ),
        "There are no quarters to compare.",
        dense=True,
        is_matrix=True,
    )


def _by_commitment(briefing: Briefing) -> Table:
    return Table(
        "Rate by commitment and quarter",
        (Column("Commitment", share=2), *_quarter_columns(briefing)),
        tuple(
            (
                Cell(f"{each.reference} {each.title}", "core" if each.core else "optional"),
                *(Cell(wording.rate(quarter.by_commitment[each.reference])) for quarter in quarters(briefing)),
            )
            for each in briefing.now.compliance.commitments
        ),
        "The partnership has agreed no commitments yet.",
        dense=True,
        is_matrix=True,
    )


def _by_partner(briefing: Briefing) -> Table:
    return Table(
        "Rate by partner and quarter",
        (Column("Partner", share=3), *_quarter_columns(briefing)),
        tuple(
            (
                briefing.partner(code),
                *(Cell(wording.rate(quarter.by_partner[code])) for quarter in quarters(briefing)),
            )
            for code in briefing.now.covered.by_partner
            if any(quarter.by_partner[code].due for quarter in quarters(briefing))
        ),
        "No obligation of any partner fell due in these quarters.",
        dense=True,
        is_matrix=True,
    )


def _quarter_columns(briefing: Briefing) -> tuple[Column, ...]:
    return tuple(Column(each.quarter.label, ColumnKind.NUMBER, 1) for each in quarters(briefing))


def _breaches(briefing: Briefing) -> Table:
    return Table(
        "Breaches: a core commitment failed in two periods running",
        (Column("Partner", share=1.4), Column("Commitment", share=2.4), Column("Periods", share=1.6)),
        tuple(
            (
                Cell(briefing.now.partner_name(each.partner)),
                Cell(briefing.titled(each.commitment)),
                Cell(wording.listed(each.periods)),
            )
            for each in briefing.now.breaches
        ),
        "No core commitment is in breach.",
    )


def _derogations(briefing: Briefing) -> Table:
    return Table(
        "Derogations that cover this quarter or a later one",
        (
            Column("Partner", share=1.4),
            Column("Commitment", share=2.2),
            Column("Periods", share=1.4),
            Column("Runs out", ColumnKind.DATE),
            Column("By decision"),
        ),
        tuple(_derogation_rows(briefing)),
        "No derogation covers this quarter or a later one.",
    )


def _derogation_rows(briefing: Briefing) -> Iterator[tuple[Cell, ...]]:
    for commitment in briefing.now.compliance.commitments:
        for derogation in commitment.derogations:
            periods = [commitment.period_labelled(briefing.now.calendar, label) for label in derogation.periods]
            runs_out = max(period.last_day for period in periods)
            if runs_out >= briefing.now.quarter.first_day:
                ended = "has run out" if runs_out < briefing.now.on else ""
                yield (
                    Cell(briefing.now.partner_name(derogation.partner)),
                    Cell(f"{commitment.reference} {commitment.title}"),
                    Cell(wording.listed(derogation.periods)),
                    Cell(wording.short_date(runs_out), ended),
                    Cell(derogation.decision),
                )
