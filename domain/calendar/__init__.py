"""Quarters, financial years, clear days and cut-offs of one partnership.

Source: domain.md sections 3 and 10. Dates are the partnership's local dates; instants are aware and in UTC. Which days
are holidays, and which rules hold from when, are facts of the partnership's log: nothing here asks a library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from domain.calendar.working_days import USUAL_DAYS, BankHolidays, Change, DaysOfMeeting, MeetingDays, WorkingDays

CUT_OFF_TIME = time(17, 0)
ISSUE_TIME = time(9, 0)
DEFAULT_DEADLINE_DAYS = 14
ONCE = "once"

_QUARTER = re.compile(r"^(\d{4})(?:-(\d{2}))? Q([1-4])$")
_YEAR = re.compile(r"^(\d{4})(?:-(\d{2}))?$")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A stretch of days, both ends included, labelled ``2014-15 Q2``, ``2014-15`` or ``once``."""

    first_day: date
    last_day: date
    label: str

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class Timetable:
    """What follows from a meeting's date: when its papers are issued and what they take in."""

    issue_on: date
    cut_off: datetime
    issue_at: datetime
    quarter: Period


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar of one partnership.

    ``days`` are the rules that it was formed with, ``bank_holidays`` those recorded by year, and ``changes`` what was
    recorded of holidays and rules since, in that order. A calendar never changes: each of these makes another one.
    """

    start_month: int = 4
    timezone: str = "Europe/London"
    days: MeetingDays = USUAL_DAYS
    bank_holidays: tuple[BankHolidays, ...] = ()
    changes: tuple[Change, ...] = ()
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _working: WorkingDays = field(init=False, repr=False, compare=False)
    _timetables: dict[date, Timetable] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_zone", ZoneInfo(self.timezone))
        object.__setattr__(self, "_working", WorkingDays(self.days, self.bank_holidays, self.changes))
        object.__setattr__(self, "_timetables", {})

    def __reduce__(self) -> tuple[type[Calendar], tuple[object, ...]]:
        return Calendar, (self.start_month, self.timezone, self.days, self.bank_holidays, self.changes)

    # -- holidays and rules, as they are recorded -----------------------------------------------------------------

    def with_bank_holidays(self, recorded: BankHolidays) -> Calendar:
        """Return this calendar once the bank holidays of a year have been recorded."""
        return replace(self, bank_holidays=(*self.bank_holidays, recorded))

    def with_change(self, change: Change) -> Calendar:
        """Return this calendar once a holiday or a rule has been changed."""
        return replace(self, changes=(*self.changes, change))

    def days_at(self, day: date) -> MeetingDays:
        """Return the rules that a meeting on ``day`` goes by, whether or not it can still be moved by them."""
        return self._working.rules(day, self.changes)

    def unrecorded(self, meeting_on: date) -> tuple[str, int] | None:
        """Return a set of holidays and a year that a meeting on ``meeting_on`` needs and that were never recorded."""
        days = self._days_of(meeting_on)
        years = range(days.cut_off_on.year, meeting_on.year + 1)
        return next(((days.holiday_set, year) for year in years if not self.knows(days.holiday_set, year)), None)

    def knows(self, holiday_set: str, year: int) -> bool:
        """Say whether the holidays of a year are known; of the set ``none`` every year is."""
        return self._working.knows(holiday_set, year)

    # -- instants and local dates ---------------------------------------------------------------------------------

    def instant(self, day: date, at: time) -> datetime:
        """Return the instant, in UTC, at which the partnership's clocks show ``at`` on ``day``."""
        return datetime.combine(day, at, self._zone).astimezone(UTC)

    def local(self, instant: datetime) -> datetime:
        """Return ``instant`` as the partnership's local date and time, with its offset."""
        return instant.astimezone(self._zone)

    def local_date(self, instant: datetime) -> date:
        """Return the local date on which ``instant`` falls."""
        return self.local(instant).date()

    # -- quarters and years ---------------------------------------------------------------------------------------

    def quarter_of(self, day: date) -> Period:
        """Return the quarter in which ``day`` lies."""
        months_in = (day.month - self.start_month) % 12
        year = day.year if day.month >= self.start_month else day.year - 1
        return self._quarter(year, months_in // 3)

    def quarter(self, label: str) -> Period:
        """Return the quarter with this label. Raises ValueError, in a sentence, where there is none."""
        match = _QUARTER.match(label)
        if match is None or not self._is_year_label(match[1], match[2]):
            raise ValueError(f"{label!r} is not a quarter; write one as {self.quarter_of(date(2014, 9, 30)).label!r}")
        return self._quarter(int(match[1]), int(match[3]) - 1)

    def year(self, label: str) -> Period:
        """Return the financial year with this label. Raises ValueError, in a sentence, where there is none."""
        match = _YEAR.match(label)
        if match is None or not self._is_year_label(match[1], match[2]):
            raise ValueError(
                f"{label!r} is not a financial year; write one as {self.year_of(date(2014, 9, 30)).label!r}"
            )
        return self._year(int(match[1]))

    def year_of(self, day: date) -> Period:
        """Return the financial year in which ``day`` lies."""
        return self._year(day.year if day.month >= self.start_month else day.year - 1)

    def quarter_before(self, quarter: Period, count: int = 1) -> Period:
        """Return the quarter ``count`` before this one."""
        for _ in range(count):
            quarter = self.quarter_of(quarter.first_day - timedelta(days=1))
        return quarter

    def quarter_after(self, quarter: Period) -> Period:
        """Return the quarter after this one."""
        return self.quarter_of(quarter.last_day + timedelta(days=1))

    def last_ended_quarter(self, day: date) -> Period:
        """Return the last quarter that ended on or before ``day``."""
        quarter = self.quarter_of(day)
        return quarter if quarter.last_day == day else self.quarter_before(quarter)

    def quarters_between(self, first: date, last: date) -> Iterator[Period]:
        """Yield the quarters from the one that holds ``first`` to the one that holds ``last``."""
        quarter = self.quarter_of(first)
        while quarter.first_day <= last:
            yield quarter
            quarter = self.quarter_after(quarter)

    # -- working days and the timetable of a meeting --------------------------------------------------------------

    def is_working_day(self, day: date) -> bool:
        """Say whether ``day`` is neither on a weekend nor a holiday, by what holds on it."""
        return self._working.is_working_day(day)

    def is_holiday(self, day: date) -> bool:
        """Say whether ``day`` is a holiday, by what holds on it."""
        return self._working.is_holiday(day)

    def holiday_set_on(self, day: date) -> str:
        """Return the set of bank holidays that holds on ``day``, such as ``GB-ENG``."""
        return self._working.rules(day, self._working.changes).holiday_set

    def next_working_day(self, day: date) -> date:
        """Return the first working day after ``day``."""
        day += timedelta(days=1)
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def timetable(self, meeting_on: date) -> Timetable:
        """Return issue day, cut-off and covered quarter of the pack for a meeting on ``meeting_on``.

        Exactly ``clear_days`` working days lie strictly between the issue day, itself a working day, and the meeting.
        Papers go out at 09:00 on the issue day, never before the cut-off. A change of holidays or rules counts unless
        the cut-off was past when it was recorded, or would have been past by it.
        """
        found = self._timetables.get(meeting_on)
        if found is None:
            found = self._timetables[meeting_on] = self._timetable(meeting_on)
        return found

    def _timetable(self, meeting_on: date) -> Timetable:
        days = self._days_of(meeting_on)
        cut_off = self._cut_off(days.cut_off_on)
        return Timetable(
            issue_on=days.issue_on,
            cut_off=cut_off,
            issue_at=max(self.instant(days.issue_on, ISSUE_TIME), cut_off),
            quarter=self.last_ended_quarter(days.cut_off_on),
        )

    def _days_of(self, meeting_on: date) -> DaysOfMeeting:
        """Step back from the meeting, taking up one change after another, each unless it comes too late for it."""
        taken: tuple[Change, ...] = ()
        days = self._working.stepping_back(meeting_on, taken)
        for change in self.changes:
            if not change.concerns(meeting_on):
                continue
            otherwise = self._working.stepping_back(meeting_on, (*taken, change))
            if self._cut_off(min(days.cut_off_on, otherwise.cut_off_on)) >= change.recorded_at:
                taken, days = (*taken, change), otherwise
        return days

    def _cut_off(self, day: date) -> datetime:
        return self.instant(day, CUT_OFF_TIME)

    def default_deadline(self, quarter: Period) -> datetime:
        """Return when returns are due for a quarter that no meeting's pack covers.

        That is 17:00 on the 14th day after the quarter's end.
        """
        return self.instant(quarter.last_day + timedelta(days=DEFAULT_DEADLINE_DAYS), CUT_OFF_TIME)

    def _quarter(self, year: int, index: int) -> Period:
        return _quarter_period(self.start_month, year, index)

    def _year(self, year: int) -> Period:
        first = _quarter_period(self.start_month, year, 0)
        last = _quarter_period(self.start_month, year, 3)
        return Period(first.first_day, last.last_day, _year_label(self.start_month, year))

    def _is_year_label(self, year: str, following: str | None) -> bool:
        return "-".join(filter(None, (year, following))) == _year_label(self.start_month, int(year)) and int(year) > 1


def is_timezone(name: str) -> bool:
    """Say whether ``name`` is a time zone of the IANA database, such as ``Europe/London``."""
    return name in _timezones()


@cache
def _timezones() -> frozenset[str]:
    """Return the names that the package of the database lists: they are the same on every machine."""
    return frozenset((files("tzdata") / "zones").read_text().split())


@lru_cache(maxsize=8192)
def _quarter_period(start_month: int, year: int, index: int) -> Period:
    first = _month_start(year, start_month + 3 * index)
    after = _month_start(year, start_month + 3 * (index + 1))
    return Period(first, after - timedelta(days=1), f"{_year_label(start_month, year)} Q{index + 1}")


def _month_start(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _year_label(start_month: int, year: int) -> str:
    return str(year) if start_month == 1 else f"{year}-{(year + 1) % 100:02d}"
