"""How far a partner has met a commitment in a period, judged from the facts recorded by an instant.

Source: the table of measures in domain.md section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from contracts.events.commitments import (
    AttestationMeasure,
    EvidenceMeasure,
    QuantityMeasure,
    ReturnOnTimeMeasure,
    TakesPartMeasure,
)
from contracts.events.returns import Answer
from domain.calendar import Period
from domain.register import Register
from domain.register.commitments import Commitment
from domain.register.returns import Attestation, Report, Reports


class Fulfilment(StrEnum):
    """What the facts add up to."""

    MET = "met"
    PARTLY_MET = "partly_met"
    NOT_MET = "not_met"
    NOT_REPORTED = "not_reported"


class Judgement(NamedTuple):
    """A fulfilment and, in a few words, what it rests on: ``4.50 of 6 days``."""

    fulfilment: Fulfilment
    progress: str


def judge(
    register: Register,
    commitment: Commitment,
    partner: str,
    period: Period,
    at: datetime,
    delivering: Callable[[Period], Mapping[str, int]],
) -> Judgement:
    """Judge one obligation by the facts recorded at or before ``at`` with an effective date inside ``period``.

    ``delivering`` returns by partner in how many projects it was, in a period, while they were in delivery.
    """
    key = (commitment.reference, partner)
    measure = commitment.measure
    if isinstance(measure, AttestationMeasure):
        attestations = register.returns.attestations.get(key, {}).get(period.label, [])
        return _attested(measure, [each for each in attestations if each.recorded_at <= at])
    if isinstance(measure, QuantityMeasure):
        return _amounted(measure, partner, _standing(register.returns.quantities.get(key), period, at))
    if isinstance(measure, EvidenceMeasure):
        return _evidenced(measure, _standing(register.returns.evidence.get(key), period, at))
    if isinstance(measure, ReturnOnTimeMeasure):
        return _returned(register, partner, period, at)
    assert isinstance(measure, TakesPartMeasure)
    return _taking_part(delivering(period).get(partner, 0))


def _attested(measure: AttestationMeasure, attestations: list[Attestation]) -> Judgement:
    if not attestations:
        return Judgement(Fulfilment.NOT_REPORTED, "nothing attested")
    latest = attestations[-1]
    if latest.answer is Answer.NO:
        return Judgement(Fulfilment.NOT_MET, "no")
    if latest.answer is Answer.PARTLY:
        return Judgement(Fulfilment.PARTLY_MET, "partly")
    if measure.evidence_required and latest.evidence is None:
        return Judgement(Fulfilment.PARTLY_MET, "yes, without the evidence required")
    return Judgement(Fulfilment.MET, "yes" if latest.evidence is None else "yes, with evidence")


def _amounted(measure: QuantityMeasure, partner: str, reports: list[Report]) -> Judgement:
    target = measure.target_for(partner)
    total = sum((report.amount or Decimal(0) for report in reports), Decimal(0))
    progress = f"{plain_amount(total)} of {plain_amount(target)} {measure.unit}"
    if not reports:
        return Judgement(Fulfilment.NOT_REPORTED, progress)
    if total >= target:
        return Judgement(Fulfilment.MET, progress)
    return Judgement(Fulfilment.PARTLY_MET if total * 2 >= target else Fulfilment.NOT_MET, progress)


def _evidenced(measure: EvidenceMeasure, reports: list[Report]) -> Judgement:
    progress = f"{len(reports)} of {measure.minimum} {'item' if measure.minimum == 1 else 'items'}"
    if not reports:
        return Judgement(Fulfilment.NOT_REPORTED, progress)
    return Judgement(Fulfilment.MET if len(reports) >= measure.minimum else Fulfilment.PARTLY_MET, progress)


def _returned(register: Register, partner: str, period: Period, at: datetime) -> Judgement:
    submissions = register.returns.submissions.get((partner, period.label), [])
    if any(each.recorded_at <= at for each in submissions):
        return Judgement(Fulfilment.MET, "return submitted")
    return Judgement(Fulfilment.NOT_REPORTED, "no return")


def _taking_part(count: int) -> Judgement:
    progress = f"{count} {'project' if count == 1 else 'projects'} in delivery"
    return Judgement(Fulfilment.MET if count else Fulfilment.NOT_MET, progress)


def _standing(reports: Reports | None, period: Period, at: datetime) -> list[Report]:
    if reports is None:
        return []
    return [report for report in reports.within(period.first_day, period.last_day) if report.stands_at(at)]


def plain_amount(amount: Decimal) -> str:
    """Write an amount without needless decimals: ``6``, ``4.50``."""
    return f"{amount:.0f}" if amount == amount.to_integral_value() else f"{amount:.2f}"
