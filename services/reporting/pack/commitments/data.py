"""Compliance in pack.json."""

from __future__ import annotations

from domain.figures.compliance import Counts, Obligation
from domain.figures.overview import Figures
from services.reporting.pack.data import Json
from services.reporting.pack.previous import PreviousPack


def compliance_data(figures: Figures) -> Json:
    """Return the obligations counted and running, their counts, the trend and the breaches."""
    covered = figures.covered
    return {
        "obligations": [_obligation(each) for each in covered.obligations]
        + [{**_obligation(each), "counted": False} for each in figures.running],
        "partnership": _counts(covered.partnership),
        "by_partner": {code: _counts(each) for code, each in covered.by_partner.items()},
        "by_commitment": {reference: _counts(each) for reference, each in covered.by_commitment.items()},
        "trend": [{"quarter": each.quarter.label, **_counts(each.partnership)} for each in figures.trend],
        "breaches": [
            {"commitment": each.commitment, "partner": each.partner, "periods": list(each.periods)}
            for each in figures.breaches
        ],
    }


def commitments_data(figures: Figures) -> list[Json]:
    """Return the commitments by number, whose references all else names."""
    return [{"ref": each.reference, "title": each.title} for each in figures.compliance.commitments]


def in_the_pack(before: PreviousPack) -> Json:
    """Return the figures of the pack that a supplement goes with, which stand beside its own."""
    covered = before.covered
    return {
        "obligations": [_obligation(each) for each in covered.obligations],
        "partnership": _counts(covered.partnership),
        "by_partner": {code: _counts(each) for code, each in covered.by_partner.items()},
        "by_commitment": {reference: _counts(each) for reference, each in covered.by_commitment.items()},
    }


def _obligation(obligation: Obligation) -> Json:
    return {
        "commitment": obligation.commitment,
        "partner": obligation.partner,
        "period": obligation.period.label,
        "status": obligation.status.value,
        "progress": obligation.progress,
    }


def _counts(counts: Counts) -> Json:
    return {
        "met": counts.met,
        "met_late": counts.met_late,
        "partly_met": counts.partly_met,
        "not_met": counts.not_met,
        "not_reported": counts.not_reported,
        "rate": counts.rate,
    }
