"""Time zones as calendar files describe them (RFC 5545 section 3.6.5): rules that go on for ever, in two parts.

What the time zone database says of the years to come stands at the end of each of its files, as a rule in the form of
POSIX (``GMT0BST,M3.5.0/1,M10.5.0``; RFC 8536 section 3.3). The description of a zone around a meeting is that rule, as
RRULEs that every calendar reads; where the years about the meeting kept to other rules, their changes stand before it,
one by one.
"""

from __future__ import annotations

import re
import zoneinfo
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_YEARS_AHEAD = 24
"""How many years are looked at for the one since which a zone has kept to its rule."""

_RULED_YEARS = 8
"""A rule that is kept for so many years is taken to be kept for ever."""

_LISTED_YEARS = 3
"""How many years are listed change by change where no rule is: from the one before the meeting to the one after."""

_DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_HOUR = timedelta(hours=1)
_NAME = r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)"
_TIME = r"[+-]?\d{1,3}(?::\d{2}){0,2}"
_CHANGE = rf"M(\d{{1,2}})\.(\d)\.(\d)(?:/({_TIME}))?"
_POSIX = re.compile(rf"({_NAME})({_TIME})(?:({_NAME})({_TIME})?,{_CHANGE},{_CHANGE})?")


Observance = TimezoneStandard | TimezoneDaylight


@dataclass(frozen=True, slots=True)
class ClockSetting:
    """How clocks are set for a part of the year."""

    offset: timedelta
    name: str


@dataclass(frozen=True, slots=True)
class ClockChange:
    """Clocks are set from one way to another at an instant (UTC)."""

    at: datetime
    before: ClockSetting
    after: ClockSetting

    @property
    def local(self) -> datetime:
        """What clocks showed at that moment, before they were changed: how RFC 5545 writes an onset."""
        return (self.at + self.before.offset).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class YearlyChange:
    """Clocks change each year in ``month`` at ``after_midnight`` of the ``week``-th ``day`` (Sunday is 0; week 5 is the
    last).
    """

    month: int
    week: int
    day: int
    after_midnight: timedelta
    before: ClockSetting
    after: ClockSetting

    def in_year(self, year: int) -> ClockChange:
        """Return the change of one year."""
        first_weekday, length = monthrange(year, self.month)
        first = 1 + (self.day - 1 - first_weekday) % 7
        number = first + 7 * (self.week - 1)
        number -= 7 if number > length else 0
        local = datetime(year, self.month, number) + self.after_midnight  # noqa: DTZ001 - a local time
        return ClockChange((local - self.before.offset).replace(tzinfo=UTC), self.before, self.after)

    @property
    def rrule(self) -> Mapping[str, object]:
        """The same as a recurrence rule.

        A time of day beyond midnight moves the day on: "26 hours into the fourth Thursday" is a Friday from the 23rd.
        """
        days_on = self.after_midnight // timedelta(days=1)
        day = _DAYS[(self.day + days_on) % 7]
        if not days_on:
            return {"freq": "yearly", "bymonth": self.month, "byday": f"{-1 if self.week == 5 else self.week}{day}"}
        last = monthrange(2001, self.month)[1] if self.week == 5 else 7 * self.week
        days = [number + days_on for number in range(last - 6, last + 1)]
        return {"freq": "yearly", "bymonth": self.month, "bymonthday": days, "byday": day}


@dataclass(frozen=True, slots=True)
class Rule:
    """How a zone's clocks are set from some year on: always the same way, or with two changes a year."""

    standard: ClockSetting
    changes: tuple[YearlyChange, ...]

    def in_year(self, year: int) -> list[ClockChange]:
        """Return the changes of one year."""
        return sorted((each.in_year(year) for each in self.changes), key=lambda change: change.at)


@lru_cache(maxsize=256)
def description(zone: ZoneInfo, year: int) -> Timezone:
    """Return the VTIMEZONE component that is right from the year before ``year`` on; nobody may change it."""
    timezone = Timezone()
    timezone.add("tzid", zone.key)
    for component in _observances(zone, year - 1):
        timezone.add_component(component)
    return timezone


def _observances(zone: ZoneInfo, first: int) -> Iterator[Observance]:
    rule = rule_of(zone.key)
    ruled_from = None if rule is None else _ruled_from(zone, rule, first)
    if rule is None or ruled_from is None:
        yield from _listed(zone, first, first + _LISTED_YEARS)
        return
    if ruled_from > first:
        yield from _listed(zone, first, ruled_from)
    yield from _ruled(rule, ruled_from)


def _ruled_from(zone: ZoneInfo, rule: Rule, first: int) -> int | None:
    """Return the first year, from ``first`` on, since which clocks keep to the rule; None where that is not at hand."""
    ahead = range(first, first + _YEARS_AHEAD)
    kept = 1 + max((year for year in ahead if changes(zone, year) != rule.in_year(year)), default=first - 1)
    return kept if kept + _RULED_YEARS <= ahead.stop else None


def _ruled(rule: Rule, year: int) -> Iterator[Observance]:
    if not rule.changes:
        yield _observance(
            ClockChange(datetime(year, 1, 1, tzinfo=UTC) - rule.standard.offset, rule.standard, rule.standard)
        )
    for each in rule.changes:
        component = _observance(each.in_year(year))
        component.add("rrule", each.rrule)
        yield component


def _listed(zone: ZoneInfo, first: int, until: int) -> Iterator[Observance]:
    start = _clock(datetime(first, 1, 1, tzinfo=UTC), zone)
    yield _observance(ClockChange(datetime(first, 1, 1, tzinfo=UTC) - start.offset, start, start))
    for year in range(first, until):
        for change in changes(zone, year):
            yield _observance(change)


def _observance(change: ClockChange) -> Observance:
    """Return the part of a description that begins with a change; the half of the year that is ahead is the summer's.

    In Ireland the law calls the summer's time the standard one; calendars expect the other way round.
    """
    component = TimezoneDaylight() if change.after.offset > change.before.offset else TimezoneStandard()
    component.add("dtstart", change.local)
    component.add("tzoffsetfrom", change.before.offset)
    component.add("tzoffsetto", change.after.offset)
    component.add("tzname", change.after.name)
    return component


def changes(zone: ZoneInfo, year: int) -> list[ClockChange]:
    """Return the changes of a zone's clocks in one year (UTC), to the second."""
    midnights = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=number) for number in range(367)]
    clocks = [_clock(midnight, zone) for midnight in midnights]
    days = [number for number, (before, after) in enumerate(pairwise(clocks)) if before != after]
    found = [_between(midnights[number], midnights[number + 1], zone) for number in days]
    return [change for change in found if change.at.year == year]


def _between(before: datetime, after: datetime, zone: ZoneInfo) -> ClockChange:
    was = _clock(before, zone)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // timedelta(seconds=2) * timedelta(seconds=1)
        if _clock(middle, zone) == was:
            before = middle
        else:
            after = middle
    return ClockChange(after, was, _clock(after, zone))


def _clock(at: datetime, zone: ZoneInfo) -> ClockSetting:
    local = at.astimezone(zone)
    return ClockSetting(local.utcoffset() or timedelta(0), local.tzname() or zone.key)


@lru_cache(maxsize=256)
def rule_of(key: str) -> Rule | None:
    """Return the rule at the end of a zone's file; None where it has none that a calendar could be told."""
    found = _POSIX.fullmatch(_compiled(key).rstrip(b"\n").rpartition(b"\n")[2].decode("ascii"))
    if found is None:
        return None
    standard = ClockSetting(-_time(found[2]), found[1].strip("<>"))
    if found[3] is None:
        return Rule(standard, ())
    summer = ClockSetting(-_time(found[4]) if found[4] else standard.offset + _HOUR, found[3].strip("<>"))
    yearly = (_yearly(found, 5, standard, summer), _yearly(found, 9, summer, standard))
    return Rule(standard, yearly) if all(map(_can_be_told, yearly)) else None


def _yearly(found: re.Match[str], at: int, before: ClockSetting, after: ClockSetting) -> YearlyChange:
    after_midnight = _time(found[at + 3]) if found[at + 3] else 2 * _HOUR
    return YearlyChange(int(found[at]), int(found[at + 1]), int(found[at + 2]), after_midnight, before, after)


def _can_be_told(change: YearlyChange) -> bool:
    """Say whether the days on which it may fall lie within one month, of one length."""
    days_on = change.after_midnight // timedelta(days=1)
    within = days_on <= 0 if change.week == 5 else days_on >= 0
    return days_on == 0 or (within and abs(days_on) < 7 and not (change.week == 5 and change.month == 2))


def _time(written: str) -> timedelta:
    """Read ``-3:30``, ``26`` or ``2:00:00``."""
    sign = -1 if written.startswith("-") else 1
    hours, minutes, seconds = (*map(int, written.lstrip("+-").split(":")), 0, 0)[:3]
    return sign * timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _compiled(key: str) -> bytes:
    """Return a zone's file from where ``ZoneInfo`` takes it: the machine's own, or else the one of the package."""
    for folder in zoneinfo.TZPATH:
        path = Path(folder) / key
        if path.is_file():
            return path.read_bytes()
    return resources.files("tzdata").joinpath("zoneinfo", *key.split("/")).read_bytes()
