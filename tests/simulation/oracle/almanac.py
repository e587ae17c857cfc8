"""Quarters, working days, issue days and cut-offs by counting on a calendar, day by day. Domain, section 3."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both included, and how the stretch is called."""

    first: date
    last: date
    label: str

    def days(self) -> list[date]:
        """Return every day of it."""
        return [self.first + ONE_DAY * count for count in range((self.last - self.first).days + 1)]


@dataclass(frozen=True)
class Change:
    """A day that became a holiday or ceased to be one, or rules that hold from a day on."""

    at: datetime
    on: date
    is_off: bool | None = None
    clear_days: int | None = None
    cutoff_days: int | None = None
    holidays: str | None = None


@dataclass(frozen=True)
class Almanac:
    """The calendar of one partnership."""

    start_month: int
    zone: str
    holidays: str
    clear_days: int
    cutoff_days: int
    changes: tuple[Change, ...] = ()

    def instant(self, day: date, clock: time) -> datetime:
        """Return the instant at which local clocks show this."""
        return datetime.combine(day, clock, ZoneInfo(self.zone))

    def today(self, at: datetime) -> date:
        """Return the local date at an instant."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    def quarter(self, day: date) -> Span:
        """Return the quarter that holds a day."""
        return _quarter(self.start_month, day)

    def year(self, day: date) -> Span:
        """Return the financial year that holds a day."""
        return _year(self.start_month, day)

    def before(self, quarter: Span) -> Span:
        """Return the quarter before."""
        return self.quarter(quarter.first - ONE_DAY)

    def issue_day(self, meeting_on: date) -> date:
        """Go back from the meeting until as many clear working days lie between, and then to a working day."""
        return _days(self, meeting_on)[0]

    def cut_off_day(self, meeting_on: date) -> date:
        """Go back from the issue day, one working day at a time."""
        return _days(self, meeting_on)[1]

    def cut_off(self, meeting_on: date) -> datetime:
        """Return the data cut-off of a meeting's pack."""
        return self.instant(self.cut_off_day(meeting_on), time(17))

    def covered(self, meeting_on: date) -> Span:
        """Return the last quarter that ended on or before the cut-off date."""
        day = self.cut_off_day(meeting_on)
        while self.quarter(day).last != day:
            day -= ONE_DAY
        return self.quarter(day)

    def default_deadline(self, quarter: Span) -> datetime:
        """Return 17:00 on the 14th day after the quarter's end."""
        return self.instant(quarter.last + ONE_DAY * 14, time(17))


@cache
def _off(name: str, year: int) -> frozenset[date]:
    if name == "none":
        return frozenset()
    country, _, part = name.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=[year]))


@cache
def _days(almanac: Almanac, meeting_on: date) -> tuple[date, date]:
    """Take up one change after the other, unless the cut-off is past when it is recorded, or would be past by it."""
    taken: list[Change] = []
    days = _walked_back(almanac, meeting_on, taken)
    for change in almanac.changes:
        otherwise = _walked_back(almanac, meeting_on, [*taken, change])
        cut_offs = [almanac.instant(cut_off, time(17)) for _, cut_off in (days, otherwise)]
        if all(cut_off >= change.at for cut_off in cut_offs):
            taken.append(change)
            days = otherwise
    return days


def _walked_back(almanac: Almanac, meeting_on: date, taken: list[Change]) -> tuple[date, date]:
    """Return the issue day and the cut-off day by these changes alone."""
    rules = {"clear_days": almanac.clear_days, "cutoff_days": almanac.cutoff_days, "holidays": almanac.holidays}
    for change in sorted((each for each in taken if each.is_off is None), key=lambda each: each.on):
        if change.on <= meeting_on:
            rules.update({key: value for key in rules if (value := getattr(change, key)) is not None})
    single = {each.on: each.is_off for each in taken if each.is_off is not None}

    def works(day: date) -> bool:
        off = single.get(day, day in _off(str(rules["holidays"]), day.year))
        return day.strftime("%a") not in ("Sat", "Sun") and not off

    issue, between = meeting_on - ONE_DAY, 0
    while between < rules["clear_days"] or not works(issue):
        between += works(issue)
        issue -= ONE_DAY
    cut_off, steps = issue, 0
    while steps < rules["cutoff_days"]:
        cut_off -= ONE_DAY
        steps += works(cut_off)
    return issue, cut_off


@cache
def _first_of_quarter(start_month: int, day: date) -> date:
    first = day.replace(day=1)
    while (first.month - start_month) % 3:
        first = (first - ONE_DAY).replace(day=1)
    return first


@cache
def _first_of_year(start_month: int, day: date) -> date:
    first = day.replace(day=1)
    while first.month != start_month:
        first = (first - ONE_DAY).replace(day=1)
    return first


@cache
def _year(start_month: int, day: date) -> Span:
    first = _first_of_year(start_month, day)
    last = first.replace(year=first.year + 1) - ONE_DAY
    label = str(first.year) if start_month == 1 else f"{first.year}-{str(first.year + 1)[-2:]}"
    return Span(first, last, label)


@cache
def _quarter(start_month: int, day: date) -> Span:
    first = _first_of_quarter(start_month, day)
    last = first
    while _first_of_quarter(start_month, last + ONE_DAY) == first:
        last += ONE_DAY
    year = _year(start_month, day)
    number = 1
    walking = year.first
    while _first_of_quarter(start_month, walking) != first:
        walking += ONE_DAY
        number += _first_of_quarter(start_month, walking) == walking
    return Span(first, last, f"{year.label} Q{number}")
