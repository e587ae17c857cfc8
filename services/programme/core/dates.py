"""Dates and times that cannot be: what happened on a day that has not come, an hour that clocks skip or show twice.

Source: domain.md section 10.

Where the date that can be is one digit away, it is named: most such dates are slips of the hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, time
from typing import Any, TypeVar

from domain.calendar import Calendar, Period
from domain.register import Register
from services.programme.core.command import Command, DateRule
from services.programme.core.decider import Context, ImpossibleDate

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


def check_dates(register: Register, command: Command, context: Context) -> None:
    """Raise ImpossibleDate where one of the command's dates cannot be, by its ``dates``."""
    for refused in impossible_dates(register, command, context):
        raise refused


def impossible_dates(register: Register, command: Command, context: Context) -> Iterator[ImpossibleDate]:
    """Yield what is wrong with the dates of a command, each by itself; what it names besides need not be there.

    Only fields that were given are looked at.
    """
    for field, rule in command.dates.items():
        if field in command.model_fields_set:
            try:
                _CHECKS[rule](register, getattr(command, field), context, field)
            except ImpossibleDate as refused:
                yield refused


def _check_label_has_begun(register: Register, label: str, context: Context, field: str) -> None:
    """Check a quarter or a financial year; when ``once`` begins, only its commitment says."""
    try:
        period = _period_named(register.calendar, label)
    except ValueError:
        return
    check_has_begun(register, period, context, field)


_CHECKS: Mapping[DateRule, Callable[[Register, Any, Context, str], None]] = {
    DateRule.HAS_COME: check_has_come,
    DateRule.IS_NOT_PAST: check_is_not_past,
    DateRule.HAS_BEGUN: _check_label_has_begun,
}


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
    formed_on = register.partnership.formed_on
    others = _one_digit_away(written.label, lambda label: _period_named(register.calendar, label))
    begun = (each for each in others if formed_on <= each.last_day)
    latest = max((each for each in begun if each.first_day <= today), key=lambda each: each.first_day, default=None)
    return "" if latest is None else f"; perhaps {latest.label} was meant"


def _period_named(calendar: Calendar, label: str) -> Period:
    """Return the quarter or financial year of this label. Raises ValueError where there is none."""
    return calendar.quarter(label) if " " in label else calendar.year(label)


def _one_digit_away(written: str, read: Callable[[str], Read]) -> Iterator[Read]:
    """Yield what ``read`` makes of ``written`` with one other digit; it raises ValueError where that says nothing."""
    for place, digit in enumerate(written):
        for other in "0123456789" if digit.isdigit() else "":
            try:
                yield read(f"{written[:place]}{other}{written[place + 1 :]}")
            except ValueError:
                continue
