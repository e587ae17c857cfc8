"""Dates and times that cannot be: what happened on a day that has not come, an hour that clocks skip or show twice.

Source: domain.md section 10.

Where the date that can be is one digit away, it is named: most such dates are slips of the hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, time
from typing import TypeVar

from contracts.calendar import Period
from contracts.register import Register
from services.programme.rulings import Context, ImpossibleDate

Read = TypeVar("Read")


def check_has_come(register: Register, on: date, context: Context, field: str = "on") -> None:
    """Raise ImpossibleDate where something is said to have happened on a day after the local date of recording."""
    today = register.calendar.local_date(context.now)
    if on > today:
        meant = _meant(on, today, lambda day: register.partnership.formed_on <= day <= today)
        raise ImpossibleDate(field, f"{on} has not come yet; it is {today}, so give that day or an earlier one{meant}")


def check_is_not_past(register: Register, on: date, context: Context, field: str = "date") -> None:
    """Raise ImpossibleDate where a meeting is to be held on a day before the local date of recording."""
    today = register.calendar.local_date(context.now)
    if on < today:
        meant = _meant(on, today, lambda day: day >= today)
        raise ImpossibleDate(field, f"{on} is past; it is {today}, so give that day or a later one{meant}")


def check_has_begun(register: Register, period: Period, context: Context, field: str = "period") -> None:
    """Raise ImpossibleDate where something is reported of a period that begins after the local date of recording."""
    today = register.calendar.local_date(context.now)
    if period.first_day > today:
        raise ImpossibleDate(
            field,
            f"{period.label} begins on {period.first_day} and it is {today}; report on it once it has begun, "
            f"or give one that has{_period_meant(register, period, today)}",
        )


def check_local_time(register: Register, on: date, at: time, field: str = "time") -> None:
    """Ask about a time that clocks do not show, or show twice, on a day. Raises ImpossibleDate."""
    calendar = register.calendar
    first, second = (calendar.instant(on, at.replace(fold=fold)) for fold in (0, 1))
    if first < second:
        raise ImpossibleDate(
            field,
            f"clocks in {calendar.timezone} go back on {on} and show {at:%H:%M} twice; give a time that they show once",
        )
    if first > second:  # PEP 495: both readings of a time that is left out are times that clocks do show
        earlier, later = calendar.local(second), calendar.local(first)
        raise ImpossibleDate(
            field,
            f"clocks in {calendar.timezone} go forward over {at:%H:%M} on {on}; give {earlier:%H:%M} or {later:%H:%M}",
        )


def _meant(written: date, today: date, can_be: Callable[[date], bool]) -> str:
    """Return, for the end of a sentence, the nearest day that can be and is one digit away."""
    days = filter(can_be, _one_digit_away(written.isoformat(), date.fromisoformat))
    nearest = min(days, key=lambda each: abs(each - today), default=None)
    return "" if nearest is None else f"; perhaps {nearest} was meant"


def _period_meant(register: Register, written: Period, today: date) -> str:
    """Return, for the end of a sentence, the latest period of the kind that has begun and is one digit away."""
    calendar, formed_on = register.calendar, register.partnership.formed_on
    named = calendar.quarter if " " in written.label else calendar.year
    begun = (each for each in _one_digit_away(written.label, named) if formed_on <= each.last_day)
    latest = max((each for each in begun if each.first_day <= today), key=lambda each: each.first_day, default=None)
    return "" if latest is None else f"; perhaps {latest.label} was meant"


def _one_digit_away(written: str, read: Callable[[str], Read]) -> Iterator[Read]:
    """Yield what ``read`` makes of ``written`` with one other digit; it raises ValueError where that says nothing."""
    for place, digit in enumerate(written):
        for other in "0123456789" if digit.isdigit() else "":
            try:
                yield read(f"{written[:place]}{other}{written[place + 1 :]}")
            except ValueError:
                continue
