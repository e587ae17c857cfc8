"""Bank holidays as a partnership's log has them, for tests of what follows from them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cache

import holidays

from contracts.events.partnership import Holiday, HolidaysRecorded
from domain.calendar.working_days import BankHolidays


def recorded(holiday_set: str, *years: int, without: Collection[date] = ()) -> tuple[BankHolidays, ...]:
    """Return the bank holidays of these years, but for some days, as a calendar keeps them."""
    return tuple(BankHolidays(holiday_set, year, frozenset(_named(holiday_set, year)) - set(without)) for year in years)


def facts(holiday_set: str, *years: int) -> tuple[HolidaysRecorded, ...]:
    """Return the facts that the system records for these years."""
    return tuple(_fact(holiday_set, year) for year in years)


def _fact(holiday_set: str, year: int) -> HolidaysRecorded:
    named = tuple(Holiday(on=on, name=name) for on, name in sorted(_named(holiday_set, year).items()))
    return HolidaysRecorded(holiday_set=holiday_set, year=year, holidays=named)


@cache
def _named(holiday_set: str, year: int) -> dict[date, str]:
    country, _, part = holiday_set.partition("-")
    return dict(holidays.country_holidays(country, subdiv=part or None, years=year))
