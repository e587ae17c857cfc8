"""Compliance as sheets."""

from __future__ import annotations

from collections.abc import Iterator

from domain.figures.compliance import Counts, Obligation
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.columns import COMMITMENT, NAME, PARTNER, TITLE, Columns, Row, day, number, text
from services.reporting.pack.commitments.compliance import quarters
from services.reporting.pack.commitments.evidence import evidence
from services.reporting.pack.document import Sheet

STATUSES = ("Met", "Met late", "Partly met", "Not met", "Not reported")


def rates(briefing: Briefing) -> Sheet:
    """Return compliance by quarter: of the partnership, each commitment and each partner."""
    numbers = (number(each, 12, f"How many were {each.lower()}.", "obligations") for each in STATUSES)
    columns: Columns = (
        text("Quarter", 12, "The quarter in which the obligations’ periods end."),
        text("Of", 12, "Of what: the partnership, a commitment or a partner."),
        text("Reference", 12, "Its code or reference."),
        *numbers,
        number("Due", 8, "All that count: the divisor of the rate.", "obligations"),
        number("Rate in per cent", 15, "Met and met late over all that count; empty where none is due.", "per cent"),
    )
    says = "Compliance in one quarter: of the partnership, a commitment or a partner. Computed."
    return Sheet("Compliance rates", says, columns, tuple(_rate_rows(briefing)))


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
        text("Period", 12, "The quarter or the year that it is for, or once."),
        text("Status", 15, "How it stands at the cut-off. Computed."),
        text("Progress", 34, "How far it is, in words."),
        text("Counted", 9, "Yes, or that it is still running and does not count yet."),
    )
    counted = (_obligation(each, "yes") for each in briefing.now.covered.obligations)
    running = (_obligation(each, "no, running") for each in briefing.now.running)
    says = "What one partner owes under one commitment for one period. From what partners reported."
    return Sheet("Obligations", says, columns, (*counted, *running))


def _obligation(each: Obligation, counted: str) -> Row:
    status = each.status.value.replace("_", " ")
    return (each.commitment, each.partner, each.period.label, status, each.progress, counted)


def breaches(briefing: Briefing) -> Sheet:
    """Return the breaches."""
    rows = (
        (each.commitment, each.partner, briefing.now.partner_name(each.partner), ", ".join(each.periods))
        for each in briefing.now.breaches
    )
    columns = (COMMITMENT, PARTNER, NAME, text("Periods", 28, "The periods that were not met, parted by commas."))
    return Sheet("Breaches", "A commitment that a partner has failed for two periods. Computed.", columns, tuple(rows))


def derogations(briefing: Briefing) -> Sheet:
    """Return the derogations."""
    rows = (
        (commitment.reference, each.partner, ", ".join(each.periods), each.decision)
        for commitment in briefing.now.compliance.commitments
        for each in commitment.derogations
    )
    columns = (
        COMMITMENT,
        PARTNER,
        text("Periods", 28, "The periods for which it holds, parted by commas."),
        text("By decision", 12, "The decision that granted it."),
    )
    says = "Leave that the board gave a partner from a commitment for some periods."
    return Sheet("Derogations", says, columns, tuple(rows))


def evidence_items(briefing: Briefing) -> Sheet:
    """Return the evidence put forward for the quarter."""
    columns = (
        COMMITMENT,
        PARTNER,
        day("Date", "The day of what it shows."),
        TITLE,
        text("Link", 50, "As it was given."),
    )
    rows = ((each.commitment, each.partner, each.on, each.item.title, each.item.link) for each in evidence(briefing))
    return Sheet(
        "Evidence", "A piece of evidence for the quarter covered. Put forward by partners.", columns, tuple(rows)
    )
