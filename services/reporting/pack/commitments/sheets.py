"""Compliance as sheets."""

from __future__ import annotations

from collections.abc import Iterator

from domain.figures.compliance import Counts, Obligation
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.columns import COMMITMENT, NAME, PARTNER, TITLE, Columns, Row
from services.reporting.pack.commitments.compliance import quarters
from services.reporting.pack.commitments.evidence import evidence
from services.reporting.pack.document import ColumnKind, Sheet

STATUSES = ("Met", "Met late", "Partly met", "Not met", "Not reported")


def rates(briefing: Briefing) -> Sheet:
    """Return compliance by quarter: of the partnership, each commitment and each partner."""
    numbers = tuple((each, ColumnKind.NUMBER, 12) for each in STATUSES)
    columns: Columns = (
        ("Quarter", ColumnKind.TEXT, 12),
        ("Of", ColumnKind.TEXT, 12),
        ("Reference", ColumnKind.TEXT, 12),
        *numbers,
        ("Due", ColumnKind.NUMBER, 8),
        ("Rate in per cent", ColumnKind.NUMBER, 15),
    )
    return Sheet("Compliance rates", columns, tuple(_rate_rows(briefing)))


def _rate_rows(briefing: Briefing) -> Iterator[Row]:
    for quarter in quarters(briefing):
        label = quarter.quarter.label
        yield (label, "partnership", briefing.register.code, *_numbers(quarter.partnership))
        for reference, counts in quarter.by_commitment.items():
            yield (label, "commitment", reference, *_numbers(counts))
        for code, counts in quarter.by_partner.items():
            yield (label, "partner", code, *_numbers(counts))


def _numbers(counts: Counts) -> Row:
    by_status = (counts.met, counts.met_late, counts.partly_met, counts.not_met, counts.not_reported)
    return (*by_status, counts.due, counts.rate)


def obligations(briefing: Briefing) -> Sheet:
    """Return every obligation counted for the quarter and every one still running."""
    columns: Columns = (
        COMMITMENT,
        PARTNER,
        ("Period", ColumnKind.TEXT, 12),
        ("Status", ColumnKind.TEXT, 15),
        ("Progress", ColumnKind.TEXT, 34),
        ("Counted", ColumnKind.TEXT, 9),
    )
    counted = (_obligation(each, "yes") for each in briefing.now.covered.obligations)
    running = (_obligation(each, "no, running") for each in briefing.now.running)
    return Sheet("Obligations", columns, (*counted, *running))


def _obligation(each: Obligation, counted: str) -> Row:
    status = each.status.value.replace("_", " ")
    return (each.commitment, each.partner, each.period.label, status, each.progress, counted)


def breaches(briefing: Briefing) -> Sheet:
    """Return the breaches."""
    rows = (
        (each.commitment, each.partner, briefing.now.partner_name(each.partner), ", ".join(each.periods))
        for each in briefing.now.breaches
    )
    return Sheet("Breaches", (COMMITMENT, PARTNER, NAME, ("Periods", ColumnKind.TEXT, 28)), tuple(rows))


def derogations(briefing: Briefing) -> Sheet:
    """Return the derogations."""
    rows = (
        (commitment.reference, each.partner, ", ".join(each.periods), each.decision)
        for commitment in briefing.now.compliance.commitments
        for each in commitment.derogations
    )
    columns = (COMMITMENT, PARTNER, ("Periods", ColumnKind.TEXT, 28), ("By decision", ColumnKind.TEXT, 12))
    return Sheet("Derogations", columns, tuple(rows))


def evidence_items(briefing: Briefing) -> Sheet:
    """Return the evidence put forward for the quarter."""
    columns = (COMMITMENT, PARTNER, ("Date", ColumnKind.DATE, 12), TITLE, ("Link", ColumnKind.TEXT, 50))
    rows = ((each.commitment, each.partner, each.on, each.item.title, each.item.link) for each in evidence(briefing))
    return Sheet("Evidence", columns, tuple(rows))
