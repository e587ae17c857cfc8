"""Quarters, financial years, working days, clear days and cut-offs of one partnership.

Source: domain.md section 3. Dates are the partnership's local dates; instants are aware and in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import holidays
from holidays.registry import COUNTRIES

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

    ``holiday_set`` is a country or a country and a part of it (``GB-ENG``, ``GB-SCT``, ``IE``), or ``none``.
    """

    start_month: int = 4
    timezone: str = "Europe/London"
    holiday_set: str = "GB-ENG"
    clear_days: int = 5
    cutoff_working_days: int = 3
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_zone", ZoneInfo(self.timezone))

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
        return self._walk(self.quarter_of(first), last, self.quarter_of)

    def years_between(self, first: date, last: date) -> Iterator[Period]:
        """Yield the financial years from the one that holds ``first`` to the one that holds ``last``."""
        return self._walk(self.year_of(first), last, self.year_of)

    # -- working days and the timetable of a meeting --------------------------------------------------------------

    def is_working_day(self, day: date) -> bool:
        """Say whether ``day`` is neither on a weekend nor a bank holiday of the chosen set."""
        return day.weekday() < 5 and day not in bank_holidays(self.holiday_set, day.year)

    def working_days_before(self, day: date, count: int) -> date:
        """Return the working day that is ``count`` working days before ``day``; ``day`` itself for 0."""
        for _ in range(count):
            day -= timedelta(days=1)
            while not self.is_working_day(day):
                day -= timedelta(days=1)
        return day

    def timetable(self, meeting_on: date) -> Timetable:
        """Return issue day, cut-off and covered quarter of the pack for a meeting on ``meeting_on``.

        Exactly ``clear_days`` working days lie strictly between the issue day, itself a working day, and the meeting.
        Papers go out at 09:00 on the issue day, never before the cut-off.
        """
        return _timetable(self, meeting_on)

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

    def _walk(self, period: Period, last: date, period_of: Callable[[date], Period]) -> Iterator[Period]:
        while period.first_day <= last:
            yield period
            period = period_of(period.last_day + timedelta(days=1))


def is_holiday_set(name: str) -> bool:
    """Say whether ``name`` is a set of bank holidays that a partnership can choose."""
    if name == "none":
        return True
    country, _, part = name.partition("-")
    if country not in _countries():
        return False
    return not part or part in holidays.country_holidays(country).subdivisions


def is_timezone(name: str) -> bool:
    """Say whether ``name`` is a time zone of the IANA database, such as ``Europe/London``."""
    return name in _timezones()


@cache
def _countries() -> frozenset[str]:
    """Return the ISO 3166 codes that there are bank holidays for, without loading those of every country."""
    return frozenset(code for _, code, *_ in COUNTRIES.values())


@cache
def _timezones() -> frozenset[str]:
    """Return the names that the package of the database lists: they are the same on every machine."""
    return frozenset((files("tzdata") / "zones").read_text().split())


@lru_cache(maxsize=4096)
def bank_holidays(name: str, year: int) -> frozenset[date]:
    """Return the bank holidays of one year in the set ``name``."""
    if name == "none":
        return frozenset()
    country, _, part = name.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))


@lru_cache(maxsize=4096)
def _timetable(calendar: Calendar, meeting_on: date) -> Timetable:
    issue_on = calendar.working_days_before(meeting_on, calendar.clear_days + 1)
    cut_off_on = calendar.working_days_before(issue_on, calendar.cutoff_working_days)
    cut_off = calendar.instant(cut_off_on, CUT_OFF_TIME)
    return Timetable(
        issue_on=issue_on,
        cut_off=cut_off,
        issue_at=max(calendar.instant(issue_on, ISSUE_TIME), cut_off),
        quarter=calendar.last_ended_quarter(cut_off_on),
    )


@lru_cache(maxsize=8192)
def _quarter_period(start_month: int, year: int, index: int) -> Period:
    first = _month_start(year, start_month + 3 * index)
    after = _month_start(year, start_month + 3 * (index + 1))
    return Period(first, after - timedelta(days=1), f"{_year_label(start_month, year)} Q{index + 1}")


def _month_start(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _year_label(start_month: int, year: int) -> str:
    return str(year) if start_month == 1 else f"{year}-{(year + 1) % 100:02d}"
