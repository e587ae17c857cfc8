"""Breaches: a core commitment that one partner failed in two periods running. Source: domain.md section 4."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from domain.calendar import Period
from domain.figures.compliance import FAILED, UNCOUNTED, Compliance, is_bound
from domain.register.commitments import Commitment
from domain.register.partners import Partner


@dataclass(frozen=True, slots=True)
class Breach:
    """The commitment, the partner and the two periods, the earlier first."""

    commitment: str
    partner: str
    periods: tuple[str, str]


def breaches(compliance: Compliance) -> list[Breach]:
    """Return the breaches as at the instant of ``compliance``, by commitment and partner.

    Only periods that have fallen due are looked at; derogated and not applicable ones are skipped over. What binds the
    partner no longer on the local date of that instant is no breach.
    """
    day = compliance.calendar.local_date(compliance.at)
    today = Period(day, day, day.isoformat())
    found = (
        _breach(compliance, commitment, partner)
        for commitment in compliance.commitments
        if commitment.core
        for partner in compliance.partners
        if is_bound(commitment, partner, today)
    )
    return [breach for breach in found if breach is not None]


def _breach(compliance: Compliance, commitment: Commitment, partner: Partner) -> Breach | None:
    due = compliance.due_latest_first(commitment, partner)
    last_two = list(islice((each for each in due if each.status not in UNCOUNTED), 2))
    if len(last_two) < 2 or any(each.status not in FAILED for each in last_two):
        return None
    later, earlier = last_two
    return Breach(commitment.reference, partner.code, (earlier.period.label, later.period.label))
