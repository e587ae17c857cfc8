"""Quarters, working days, clear days and cut-offs are as domain.md section 3 has them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.calendar import Calendar, is_holiday_set

LONDON = Calendar()
DAYS = st.dates(min_value=date(1995, 1, 1), max_value=date(2060, 12, 31))
CALENDARS = st.builds(
    Calendar,
    start_month=st.integers(1, 12),
    clear_days=st.integers(0, 12),
    cutoff_working_days=st.integers(0, 8),
    holiday_set=st.sampled_from(["GB-ENG", "GB-SCT", "none"]),
)


def test_a_meeting_on_thursday_16_october_2014_has_papers_on_the_8th_and_data_to_the_3rd_at_17():
    timetable = LONDON.timetable(date(2014, 10, 16))
    assert timetable.issue_on == date(2014, 10, 8)
    assert LONDON.local(timetable.cut_off).isoformat() == "2014-10-03T17:00:00+01:00"
    assert timetable.quarter.label == "2014-15 Q2"


def test_bank_holidays_are_no_working_days():
    # Good Friday 3 April and Easter Monday 6 April 2015 lie between issue and meeting.
    timetable = LONDON.timetable(date(2015, 4, 9))
    assert timetable.issue_on == date(2015, 3, 30)
    assert LONDON.local_date(timetable.cut_off) == date(2015, 3, 25)
    assert timetable.quarter.label == "2014-15 Q3"


def test_another_set_of_holidays_can_be_chosen():
    # 2 January is a bank holiday in Scotland and not in England.
    assert LONDON.is_working_day(date(2015, 1, 2))
    assert not Calendar(holiday_set="GB-SCT").is_working_day(date(2015, 1, 2))
    assert Calendar(holiday_set="none").is_working_day(date(2015, 12, 25))


@pytest.mark.parametrize(
    ("name", "known"), [("GB-ENG", True), ("IE", True), ("none", True), ("GB-XYZ", False), ("", False)]
)
def test_only_sets_of_holidays_that_exist_can_be_chosen(name: str, known: bool):
    assert is_holiday_set(name) is known


@given(CALENDARS, DAYS)
def test_exactly_the_clear_days_lie_strictly_between_issue_and_meeting(calendar: Calendar, meeting_on: date):
    issue_on = calendar.timetable(meeting_on).issue_on
    between = [date.fromordinal(day) for day in range(issue_on.toordinal() + 1, meeting_on.toordinal())]
    assert sum(map(calendar.is_working_day, between)) == calendar.clear_days
    assert calendar.is_working_day(issue_on)


@given(CALENDARS, DAYS)
def test_papers_are_never_issued_before_the_cut_off_and_the_quarter_ended_by_it(calendar: Calendar, meeting_on: date):
    timetable = calendar.timetable(meeting_on)
    assert timetable.issue_at >= timetable.cut_off
    assert timetable.quarter.last_day <= calendar.local_date(timetable.cut_off)
    assert calendar.quarter_after(timetable.quarter).last_day > calendar.local_date(timetable.cut_off)


@pytest.mark.parametrize(
    ("start_month", "day", "label"),
    [
        (4, date(2014, 7, 1), "2014-15 Q2"),
        (4, date(2014, 9, 30), "2014-15 Q2"),
        (4, date(2015, 3, 31), "2014-15 Q4"),
        (1, date(2014, 12, 31), "2014 Q4"),
        (1, date(2014, 1, 1), "2014 Q1"),
        (10, date(2014, 9, 30), "2013-14 Q4"),
        (4, date(1999, 6, 30), "1999-00 Q1"),
    ],
)
def test_a_quarter_is_named_after_its_financial_year(start_month: int, day: date, label: str):
    assert Calendar(start_month=start_month).quarter_of(day).label == label


@given(CALENDARS, DAYS)
def test_a_label_names_the_quarter_and_the_year_it_came_from(calendar: Calendar, day: date):
    assert calendar.quarter(calendar.quarter_of(day).label) == calendar.quarter_of(day)
    assert calendar.year(calendar.year_of(day).label) == calendar.year_of(day)
    assert day in calendar.quarter_of(day)
    assert calendar.quarter_before(calendar.quarter_after(calendar.quarter_of(day))) == calendar.quarter_of(day)


@pytest.mark.parametrize(
    "label", ["2014 Q2", "2014-16 Q2", "2014-15 Q5", "2014-15", "Q2", "", "2014-15 q2", "0000-01 Q1"]
)
def test_a_label_of_another_kind_of_year_is_refused_in_a_sentence(label: str):
    with pytest.raises(ValueError, match="is not a quarter; write one as '2014-15 Q2'"):
        LONDON.quarter(label)


def test_without_a_meeting_returns_are_due_at_17_on_the_14th_day_after_the_quarter():
    deadline = LONDON.default_deadline(LONDON.quarter("2014-15 Q2"))
    assert LONDON.local(deadline).isoformat() == "2014-10-14T17:00:00+01:00"


def test_17_in_winter_is_17_utc_and_16_in_summer():
    assert LONDON.instant(date(2014, 12, 1), time(17)) == datetime(2014, 12, 1, 17, tzinfo=UTC)
    assert LONDON.instant(date(2014, 7, 1), time(17)) == datetime(2014, 7, 1, 16, tzinfo=UTC)


def test_with_no_working_days_before_the_cut_off_papers_wait_for_it():
    timetable = Calendar(cutoff_working_days=0).timetable(date(2014, 10, 16))
    assert timetable.issue_at == timetable.cut_off
