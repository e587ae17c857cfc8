"""What the holidays library says of a year. It is asked once for each year, and its answer goes into the log.

The library is data that changes from release to release: whatever rests on a day must rest on the recorded fact.
"""

from __future__ import annotations

from functools import cache

import holidays
from holidays.registry import COUNTRIES

from contracts.events.partnership import Holiday, HolidaysRecorded
from domain.calendar.working_days import NO_HOLIDAYS
from services.programme.core.decider import Refused

_LONGEST_NAME = 200


def is_holiday_set(name: str) -> bool:
    """Say whether ``name`` is a set of bank holidays that a partnership can choose."""
    if name == NO_HOLIDAYS:
        return True
    country, _, part = name.partition("-")
    if country not in _countries():
        return False
    return not part or part in holidays.country_holidays(country).subdivisions


def check_holiday_set(name: str) -> None:
    """Raise Refused unless ``name``, given as ``holidays``, can be chosen."""
    if not is_holiday_set(name):
        raise Refused("holidays", f"{name!r} is not a set of bank holidays; write one such as 'GB-ENG', or 'none'")


def holidays_of(holiday_set: str, year: int) -> HolidaysRecorded:
    """Return the bank holidays of a year in a set that can be chosen, by date."""
    country, _, part = holiday_set.partition("-")
    found = holidays.country_holidays(country, subdiv=part or None, years=year)
    return HolidaysRecorded(
        holiday_set=holiday_set,
        year=year,
        holidays=tuple(Holiday(on=on, name=found[on][:_LONGEST_NAME]) for on in sorted(found)),
    )


@cache
def _countries() -> frozenset[str]:
    """Return the ISO 3166 codes that there are bank holidays for, without loading those of every country."""
    return frozenset(code for _, code, *_ in COUNTRIES.values())
