"""Descriptions of time zones, read by another library: right at the meeting, and for ever where a rule holds."""

from __future__ import annotations

import io
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dateutil.tz import tzical  # type: ignore[import-untyped]
from icalendar import Calendar

from services.notifications.channels.time_zones import description

WITH_CHANGES = (
    "Europe/London",
    "Europe/Dublin",
    "Australia/Sydney",
    "America/New_York",
    "America/Nuuk",
    "Asia/Jerusalem",
)
WITHOUT = ("Asia/Kolkata", "America/Sao_Paulo", "UTC", "Asia/Kathmandu")


def read(key: str, year: int) -> tzinfo:
    """Return the zone as dateutil understands its description around a year, which knows nothing else of it."""
    calendar = Calendar()
    calendar.add_component(description(ZoneInfo(key), year))
    found: tzinfo = tzical(io.StringIO(calendar.to_ical().decode())).get()
    return found


def offsets(zone: tzinfo, year: int) -> list[timedelta | None]:
    """Return what clocks are set to at noon of each day of a year."""
    first = datetime(year, 1, 1, 12)  # noqa: DTZ001 - a local time
    return [(first + timedelta(days=number)).replace(tzinfo=zone).utcoffset() for number in range(365)]


@pytest.mark.parametrize("key", [*WITH_CHANGES, *WITHOUT])
@pytest.mark.parametrize("year", [2014, 2027, 2040])
def test_a_zone_is_right_in_the_year_of_the_meeting_and_in_2040(key: str, year: int) -> None:
    zone = read(key, year)
    for each in {year, year + 1, 2040}:
        assert offsets(zone, each) == offsets(ZoneInfo(key), each)


@pytest.mark.parametrize(
    ("key", "year"),
    [
        ("America/Sao_Paulo", 2018),
        ("America/Sao_Paulo", 2019),
        ("America/New_York", 2006),
        ("America/New_York", 2007),
        ("Europe/Istanbul", 2016),
        ("Asia/Pyongyang", 2018),
        ("Africa/Casablanca", 2027),
        ("Africa/Cairo", 2027),
        ("Europe/London", 1995),
    ],
)
def test_years_that_kept_to_other_rules_are_right_too(key: str, year: int) -> None:
    zone = read(key, year)
    for each in (year, year + 1):
        assert offsets(zone, each) == offsets(ZoneInfo(key), each)


@pytest.mark.parametrize("key", WITH_CHANGES)
def test_a_zone_with_two_changes_a_year_has_two_parts_with_a_rule_each(key: str) -> None:
    summer, winter = sorted(description(ZoneInfo(key), 2027).subcomponents, key=lambda part: part.name)
    assert (summer.name, winter.name) == ("DAYLIGHT", "STANDARD")
    assert summer["tzoffsetto"].td > winter["tzoffsetto"].td
    for part in (summer, winter):
        assert part["rrule"]["freq"] == "yearly"
        assert "rdate" not in part
        assert "until" not in part["rrule"]


@pytest.mark.parametrize("key", WITHOUT)
def test_a_zone_that_changes_no_more_has_one_part(key: str) -> None:
    [part] = description(ZoneInfo(key), 2027).subcomponents
    assert part.name == "STANDARD"


def test_zones_from_all_over_the_database_are_right_at_a_meeting() -> None:
    some = sorted(available_timezones())[::16]
    assert [key for key in some if offsets(read(key, 2027), 2027) != offsets(ZoneInfo(key), 2027)] == []
