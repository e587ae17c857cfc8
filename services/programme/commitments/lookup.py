"""Finding the periods of a commitment."""

from __future__ import annotations

from domain.calendar import Period
from domain.register import Register
from domain.register.commitments import Commitment
from services.programme.core.decider import Refused
from services.programme.core.lookup import check_within_reach

_OFTEN = {"quarter": "every quarter", "year": "every financial year", "once": "once"}


def find_period(register: Register, of: Commitment, label: str, field: str = "period") -> Period:
    """Return the period of a commitment with this label. Raises Refused."""
    check_within_reach(label, field)
    try:
        return of.period_labelled(register.calendar, label)
    except ValueError as error:
        raise Refused(field, f"{error!s}; {of.reference} falls due {_OFTEN[of.period]}") from None
