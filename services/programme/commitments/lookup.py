"""Finding the periods of a commitment."""

from __future__ import annotations

from datetime import date, timedelta

from contracts.events.commitments import PeriodKind
from domain.calendar import Calendar, Period
from domain.register import Register
from domain.register.commitments import Commitment
from services.programme.core.decider import Refused
from services.programme.core.lookup import check_within_reach

_OFTEN = {"quarter": "every quarter", "year": "every financial year", "once": "once"}


def first_bound(calendar: Calendar, of: Commitment, since: date) -> Period:
    """Return the first period of a commitment for which it binds a partner that adopted it from the day ``since``."""
    period = of.period_of(calendar, max(since, of.in_force_from))
    if of.period is PeriodKind.ONCE or period.first_day >= max(since, of.in_force_from):
        return period
    return of.period_of(calendar, period.last_day + timedelta(days=1))


def find_period(register: Register, of: Commitment, label: str, field: str = "period") -> Period:
    """Return the period of a commitment with this label. Raises Refused."""
    check_within_reach(label, field)
    try:
        return of.period_labelled(register.calendar, label)
    except ValueError as error:
        raise Refused(field, f"{error!s}; {of.reference} falls due {_OFTEN[of.period]}") from None
