"""5: compliance by exception: the trend, the commitments and partners that are not met, and who met everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contracts.references import short
from domain import wording
from domain.charts.commitments import trend_chart
from domain.figures.compliance import FAILED, Obligation, QuarterCompliance
from domain.wording.cells import Cell, Tone
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.commitments.breaches import NAMED_IN_FULL
from services.reporting.pack.commitments.compliance import quarters
from services.reporting.pack.document import Block, Chart, Column, ColumnKind, Paragraph, Section, Table

MOST_PARTNERS = 24
"""How many partners are listed before the rest is counted."""
MOST_NAMES = 60
MOST_FAILING = 6


def section(briefing: Briefing) -> Section:
    """Return the section."""
    return Section("5", "exceptions", "Compliance by exception", tuple(_blocks(briefing)), starts_page=True)


def _blocks(briefing: Briefing) -> Iterator[Block]:
    if not briefing.register.commitments:
        yield Paragraph("The partnership has agreed no commitments yet.", "lead")
        return
    yield Paragraph(_lead(briefing), "lead")
    yield Chart(
        "Compliance of the partnership by quarter, in per cent of the obligations due",
        trend_chart([(each.quarter.label, each.partnership) for each in quarters(briefing)], chart_id="chart-trend"),
        "Columns of the compliance rate by quarter: "
        + "; ".join(f"{each.quarter.label} {wording.rate(each.partnership)}" for each in quarters(briefing))
        + ". The table in annex C has the same.",
    )
    covered = briefing.now.covered
    if covered.partnership.rate is None:
        return
    yield _commitments(briefing, covered)
    yield from _partners(briefing, covered)
    yield Paragraph(_met_everything(briefing, covered))


def _lead(briefing: Briefing) -> str:
    counts, quarter = briefing.now.covered.partnership, briefing.now.quarter.label
    if counts.rate is None:
        return f"No obligation fell due in {quarter}."
    return f"Of the obligations that fell due in {quarter}, {wording.rate(counts)} were met, in time or late."


def _commitments(briefing: Briefing, covered: QuarterCompliance) -> Table:
    before = briefing.now.trend[-1]
    return Table(
        "Commitments that were not met by everyone",
        (
            Column("Commitment", share=2.2),
            Column(f"Met, {covered.quarter.label}", ColumnKind.NUMBER, 1.2),
            Column(before.quarter.label, ColumnKind.NUMBER, 1.2),
            Column("Not met by", share=3.4),
        ),
        tuple(
            (
                Cell(briefing.titled(reference), _kind(briefing, reference)),
                Cell(wording.rate(counts)),
                Cell(wording.rate(before.by_commitment[reference])),
                Cell(_not_met_by(briefing, covered, reference)),
            )
            for reference, counts in covered.by_commitment.items()
            if counts.due > counts.fulfilled
        ),
        "Every commitment that fell due was met by every partner.",
        dense=True,
    )


def _kind(briefing: Briefing, commitment: str) -> str:
    return "core" if briefing.register.commitments[commitment].core else "optional"


def _not_met_by(briefing: Briefing, covered: QuarterCompliance, commitment: str) -> str:
    failing = (each.partner for each in covered.obligations if each.commitment == commitment and each.status in FAILED)
    return wording.listed_up_to(MOST_FAILING, map(briefing.now.partner_name, failing))


def _partners(briefing: Briefing, covered: QuarterCompliance) -> Iterator[Block]:
    failing = failing_partners(covered)
    in_breach = {each.partner for each in briefing.now.breaches}
    yield Table(
        "Partners that did not meet everything, those with the most first",
        (Column("Partner", share=2), Column("What was not met", ColumnKind.STATUS, 4), Column("Breach", share=0.8)),
        tuple(
            (
                briefing.partner(partner),
                Cell(_failures(briefing, obligations), tone=Tone.BAD),
                Cell("in breach") if partner in in_breach else Cell(wording.NOTHING),
            )
            for partner, obligations in failing[:MOST_PARTNERS]
        ),
        "Every partner met all that fell due for it.",
        dense=True,
    )
    if len(failing) > MOST_PARTNERS:
        names = wording.listed(briefing.now.partner_name(partner) for partner, _ in failing[MOST_PARTNERS:])
        yield Paragraph(f"Nor did {names}: annex C has what.", "quiet")


def failing_partners(covered: QuarterCompliance) -> list[tuple[str, list[Obligation]]]:
    """Return the partners that failed an obligation of the quarter, with those obligations: the most first, by code."""
    failed: dict[str, list[Obligation]] = {}
    for each in covered.obligations:
        if each.status in FAILED:
            failed.setdefault(each.partner, []).append(each)
    return sorted(failed.items(), key=lambda each: (-len(each[1]), each[0]))


def _failures(briefing: Briefing, obligations: Sequence[Obligation]) -> str:
    """Return what one partner did not meet: each commitment with its status, or many by their statuses."""
    if len(obligations) <= NAMED_IN_FULL:
        return "; ".join(f"{briefing.short(each.commitment)}: {_status(each)}" for each in obligations)
    by_status: dict[str, list[str]] = {}
    for each in obligations:
        by_status.setdefault(_status(each), []).append(short(briefing.register.code, each.commitment))
    words = "; ".join(f"{status}: {wording.listed(codes)}" for status, codes in by_status.items())
    return words[:1].upper() + words[1:]


def _status(obligation: Obligation) -> str:
    return wording.OBLIGATIONS[obligation.status].text.lower()


def _met_everything(briefing: Briefing, covered: QuarterCompliance) -> str:
    """Return how many partners met all that fell due for them, with their names."""
    due = [code for code, counts in covered.by_partner.items() if counts.due]
    met = [code for code in due if covered.by_partner[code].fulfilled == covered.by_partner[code].due]
    number = f"{len(met)} of {wording.count(len(due), 'partner')} met everything"
    return (
        f"{number}: {wording.listed_up_to(MOST_NAMES, map(briefing.now.partner_name, met))}." if met else f"{number}."
    )
