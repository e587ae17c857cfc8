"""The evidence that partners put forward for the quarter, listed so that anyone can look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from domain import wording
from domain.register.returns import EvidenceEntry
from domain.wording.cells import Cell
from domain.wording.safe_text import is_web_address
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Block, Column, ColumnKind, Paragraph, Table


@dataclass(frozen=True, slots=True)
class Evidence:
    """An item of evidence, for which commitment, from which partner and of which day."""

    commitment: str
    partner: str
    on: date
    item: EvidenceEntry


def evidence(briefing: Briefing) -> list[Evidence]:
    """Return the evidence dated within the quarter, that of attestations by the last day of their period.

    In a preview that day may be ahead: then it is the day of the preview.

    By commitment, partner and date; what was withdrawn is not among it, nor what a later attestation replaced.
    """
    found = [*_submitted(briefing), *_attested(briefing)]
    order = {each.reference: place for place, each in enumerate(briefing.now.compliance.commitments)}
    return sorted(found, key=lambda each: (order[each.commitment], each.partner, each.on, each.item.title))


def _submitted(briefing: Briefing) -> Iterator[Evidence]:
    for (commitment, partner), reports in briefing.register.returns.evidence.items():
        for report in reports.within(briefing.now.quarter.first_day, briefing.now.quarter.last_day):
            if report.evidence is not None and report.stands_at(briefing.now.at):
                yield Evidence(commitment, partner, report.on, report.evidence)


def _attested(briefing: Briefing) -> Iterator[Evidence]:
    calendar, quarter, today = briefing.now.calendar, briefing.now.quarter, briefing.now.on
    for (reference, partner), by_period in briefing.register.returns.attestations.items():
        period = briefing.register.commitments[reference].period_of(calendar, quarter.last_day)
        if period.last_day in quarter and period.label in by_period:
            item = by_period[period.label][-1].evidence
            if item is not None:
                yield Evidence(reference, partner, min(period.last_day, today), item)


def evidence_tables(briefing: Briefing) -> Iterator[Block]:
    """Yield the evidence by commitment, an item to a line."""
    label, found = briefing.now.quarter.label, evidence(briefing)
    if not found:
        yield Paragraph(f"No evidence was put forward for {label}.")
    for commitment, items in groupby(found, key=lambda each: each.commitment):
        yield Table(
            f"Evidence put forward for {label}: {briefing.titled(commitment)}",
            (Column("Partner", share=2.8), Column("Evidence", share=3.4), Column("Date", ColumnKind.DATE, 0.8)),
            tuple(
                (
                    Cell(briefing.now.partner_name(each.partner)),
                    _linked(each.item),
                    Cell(wording.short_date(each.on)),
                )
                for each in items
            ),
            "",
            dense=True,
        )


def _linked(item: EvidenceEntry) -> Cell:
    if item.link is None:
        return Cell(item.title)
    if is_web_address(item.link):
        return Cell(item.title, link=item.link)
    return Cell(item.title, note=item.link)
