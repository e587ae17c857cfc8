"""The holidays that must be in the log before something rests on them: the system records them, a year at a time.

A year is recorded with the formation, and before the first fact that needs a further one: a meeting whose papers and
cut-off lie in it, or amended rules that lead such a meeting into it. A log that was begun before holidays were recorded
gets the years of all its meetings with its next fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from contracts.events.board import MeetingMoved, MeetingScheduled
from contracts.events.partnership import (
    HolidayAdded,
    HolidayRemoved,
    HolidaysRecorded,
    PartnershipAmended,
    PartnershipFormed,
)
from domain.calendar import Calendar
from domain.calendar.working_days import BankHolidays, MeetingDays
from domain.register import Register
from domain.register.board import held_or_due
from domain.register.partnership import rules_changed
from services.programme.core.decider import NewEvent
from services.programme.partnership.bank_holidays import holidays_of


def with_holidays(register: Register, decided: Sequence[NewEvent], now: datetime) -> list[NewEvent]:
    """Return what was decided with the holidays that it needs: before it, for a formation behind it."""
    formed = next((each for each in decided if isinstance(each.fact, PartnershipFormed)), None)
    if formed is not None and isinstance(formed.fact, PartnershipFormed):
        calendar = Calendar(
            formed.fact.financial_year_start_month, formed.fact.timezone, MeetingDays(holiday_set=formed.fact.holidays)
        )
        return [*decided, *_recorded(_of_year(calendar, formed.fact.formed_on), formed.effective_on)]
    if not decided:
        return []
    needed = _needed(register, [each.fact for each in decided], now)
    return [*_recorded(needed, register.calendar.local_date(now)), *decided]


def knowing(calendar: Calendar, day: date) -> Calendar:
    """Return the calendar as it is once the holidays of the day's year have been recorded."""
    for recorded in _of_year(calendar, day):
        calendar = calendar.with_bank_holidays(_as_known(recorded))
    return calendar


def _recorded(needed: Iterable[HolidaysRecorded], on: date) -> list[NewEvent]:
    return [NewEvent(each, on, by_system=True) for each in needed]


def _needed(register: Register, facts: Sequence[object], now: datetime) -> Iterator[HolidaysRecorded]:
    calendar = register.calendar
    meetings = [fact.date for fact in facts if isinstance(fact, MeetingScheduled | MeetingMoved)]
    days = [fact.on for fact in facts if isinstance(fact, HolidayAdded | HolidayRemoved)]
    formed_on = register.partnership.formed_on
    if not calendar.knows(calendar.days.holiday_set, formed_on.year):
        days.append(formed_on)
        meetings += [each.date for each in held_or_due(register)]
    for fact in facts:
        if isinstance(fact, PartnershipAmended):
            calendar = calendar.with_change(rules_changed(fact, now))
            meetings += [each.date for each in held_or_due(register)]
    for day in days:
        for recorded in _of_year(calendar, day):
            calendar = calendar.with_bank_holidays(_as_known(recorded))
            yield recorded
    for meeting_on in meetings:
        while (unrecorded := calendar.unrecorded(meeting_on)) is not None:
            recorded = holidays_of(*unrecorded)
            calendar = calendar.with_bank_holidays(_as_known(recorded))
            yield recorded


def _of_year(calendar: Calendar, day: date) -> Iterator[HolidaysRecorded]:
    holiday_set = calendar.days_at(day).holiday_set
    if not calendar.knows(holiday_set, day.year):
        yield holidays_of(holiday_set, day.year)


def _as_known(recorded: HolidaysRecorded) -> BankHolidays:
    days = frozenset(each.on for each in recorded.holidays)
    return BankHolidays(recorded.holiday_set, recorded.year, days)
