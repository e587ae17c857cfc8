"""Dates: read as people type them, day before month, and written as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.wording.dates import plain_date
from services.runtime.base.validation_messages import Unfit
from services.runtime.web.dates import appointment, moment, parse_date, weekday

SECOND_OF_OCTOBER = date(2015, 10, 2)


@pytest.mark.parametrize(
    "typed",
    [
        "2/10/15",
        "02/10/2015",
        "2.10.2015",
        "2-10-15",
        "2 10 2015",
        " 2 / 10 / 2015 ",
        "2015-10-02",
        "2015/10/2",
        "2 Oct 2015",
        "2 oct. 15",
        "2 Oct '15",
        "2nd October 2015",
        "2nd of October, 2015",
        "2-Oct-2015",
        "2October2015",
        "Friday 2 October 2015",
        "Fri, 2 Oct 2015",
        "October 2, 2015",
    ],
)
def test_a_date_is_read_in_the_ways_that_people_write_it(typed: str) -> None:
    assert parse_date(typed) == SECOND_OF_OCTOBER


@pytest.mark.parametrize("month", ["Jan", "February", "sept", "DEC"])
def test_months_are_known_by_any_beginning_that_tells_them(month: str) -> None:
    assert f"{parse_date(f'1 {month} 2015'):%B}".lower().startswith(month.lower())


@pytest.mark.parametrize("on", [date(1900, 1, 1), date(2016, 2, 29), date(2099, 12, 31), date(2199, 6, 30)])
def test_what_is_written_is_read_again(on: date) -> None:
    assert parse_date(plain_date(on)) == parse_date(weekday(on)) == parse_date(on.isoformat()) == on


@pytest.mark.parametrize(
    ("typed", "problem", "expected"),
    [
        ("", "There is no date.", "2 October 2015"),
        ("soon", "“soon” is not a date.", "2 October 2015 or 2/10/2015"),
        ("2/10", "“2/10” has no year.", "Add the year"),
        ("2 October", "“2 October” has no year.", "Add the year"),
        ("10/13/2015", "“10/13/2015” is not a date: there is no month 13.", "day first"),
        ("31/2/2015", "“31/2/2015” is not a date: February 2015 has no day 31.", "2 October 2015"),
        ("0/1/2015", "“0/1/2015” is not a date: January 2015 has no day 0.", "2 October 2015"),
        ("2 Octobre 2015", "“2 Octobre 2015” is not a date: “Octobre” is no month.", "2 October 2015"),
        ("Monday 2 October 2015", "2 October 2015 is a Friday.", "2 October 2015"),
        ("2/10/0015", "“2/10/0015” is in the year 15.", "from 1900 to 2199"),
        ("2/10/215", "“2/10/215” is not a date.", "2 October 2015"),
        ("2015-10-02T17:00", "is not a date.", "2 October 2015"),
        ("٢/١٠/٢٠١٥", "is not a date.", "2 October 2015"),
        ("2/10/2015\x00", "is not a date.", "2 October 2015"),
        ("9" * 100_000, "is not a date.", "2 October 2015"),
    ],
)
def test_what_is_no_date_is_refused_in_words(typed: str, problem: str, expected: str) -> None:
    with pytest.raises(Unfit) as refused:
        parse_date(typed)
    assert problem in refused.value.problem
    assert expected in refused.value.expected


def test_a_date_to_keep_has_its_weekday_and_its_year_only_where_that_is_another() -> None:
    assert weekday(SECOND_OF_OCTOBER) == "Friday 2 October 2015"
    assert weekday(SECOND_OF_OCTOBER, date(2015, 1, 1)) == "Friday 2 October"
    assert weekday(SECOND_OF_OCTOBER, date(2014, 12, 31)) == "Friday 2 October 2015"


def test_instants_are_said_in_local_time() -> None:
    instant = datetime(2015, 12, 31, 23, 30, tzinfo=UTC)
    assert moment(instant) == "31 December 2015, 23:30 GMT"
    assert moment(instant, "") == "31 December 2015, 23:30 UTC"
    assert appointment(instant, "Europe/Berlin", instant) == "Friday 1 January, 00:30"
    assert appointment(instant, "Europe/London", datetime(2016, 1, 1, tzinfo=UTC)) == "Thursday 31 December 2015, 23:30"
