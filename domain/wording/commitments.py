"""Commitments in words: what each measures, and the statuses of obligations."""

from __future__ import annotations

from contracts.events.commitments import (
    AttestationMeasure,
    EvidenceMeasure,
    Measure,
    QuantityMeasure,
    ReturnOnTimeMeasure,
)
from domain.figures.compliance import Status
from domain.wording.cells import Cell, Tone
from domain.wording.dates import NOTHING
from domain.wording.numbers import count

OBLIGATIONS = {
    Status.MET: Cell("Met", tone=Tone.GOOD),
    Status.MET_LATE: Cell("Met late", tone=Tone.GOOD),
    Status.PARTLY_MET: Cell("Partly met", tone=Tone.CAUTION),
    Status.NOT_MET: Cell("Not met", tone=Tone.BAD),
    Status.NOT_REPORTED: Cell("Not reported", tone=Tone.BAD),
    Status.NOT_YET_DUE: Cell("Not yet due", tone=Tone.NEUTRAL),
    Status.DEROGATED: Cell("Derogated", tone=Tone.NEUTRAL),
    Status.NOT_APPLICABLE: Cell(NOTHING),
}


def measure_in_words(measure: Measure) -> str:
    """Return in a sentence when a commitment is met."""
    match measure:
        case AttestationMeasure(evidence_required=needed):
            return "The partner attests “yes”, with evidence." if needed else "The partner attests “yes”."
        case QuantityMeasure(unit=unit, target=target):
            return f"What is reported for the period adds up to at least {target} {unit}."
        case EvidenceMeasure(minimum=minimum):
            return f"At least {count(minimum, 'item')} of evidence from the period."
        case ReturnOnTimeMeasure():
            return "The return for the quarter is submitted by its deadline."
        case _:
            return "The partner leads or takes part in a project that was in delivery during the period."
