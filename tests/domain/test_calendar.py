"""Quarters, working days, clear days and cut-offs are as domain.md section 3 has them."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import Calendar
from domain.calendar.working_days import HolidayChange, MeetingDays, RulesChange
from tests.bank_holidays import recorded

YEARS = range(1994, 2062)
LONDON = Calendar(bank_holidays=recorded("GB-ENG", *YEARS))
DAYS = st.dates(min_value=date(1995, 1, 1), max_value=date(2060, 12, 31))
BOTH = recorded("GB-ENG", *YEARS) + recorded("GB-SCT", *YEARS)


def calendar_of(start_month: int, clear_days: int, cutoff_working_days: int, holiday_set: str) -> Calendar:
    return Calendar(start_month, days=MeetingDays(clear_days, cutoff_working_days, holiday_set), bank_holidays=BOTH)


CALENDARS = st.builds(
    calendar_of,
    st.integers(1, 12),
    st.integers(0, 12),
    st.integers(0, 8),
    st.sampled_from(["GB-ENG", "GB-SCT", "none"]),
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
    scotland = Calendar(days=MeetingDays(holiday_set="GB-SCT"), bank_holidays=recorded("GB-SCT", 2015))
    assert not scotland.is_working_day(date(2015, 1, 2))
    assert Calendar(days=MeetingDays(holiday_set="none")).is_working_day(date(2015, 12, 25))


def test_a_day_is_a_bank_holiday_only_once_its_year_has_been_recorded():
    assert Calendar().is_working_day(date(2015, 12, 25))
    assert Calendar().unrecorded(date(2015, 1, 7)) == ("GB-ENG", 2014)
    assert Calendar(bank_holidays=recorded("GB-ENG", 2014)).unrecorded(date(2015, 1, 7)) == ("GB-ENG", 2015)
    assert LONDON.unrecorded(date(2015, 1, 7)) is None


# The day of the funeral of Queen Elizabeth II, proclaimed on Saturday 10 September 2022. A meeting on the 27th has its
# papers on the 19th and its cut-off on the 14th without it; with it on the 16th and the 13th.
MEETING = date(2022, 9, 27)
FUNERAL = date(2022, 9, 19)
BEFORE_THE_FUNERAL = Calendar(bank_holidays=recorded("GB-ENG", 2022, without={FUNERAL}))


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2022, 9, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("recorded_at", "cut_off_on"),
    [
        (utc(10, 12), 13),  # both cut-offs are ahead
        (utc(13, 16), 13),  # at the very instant of the earlier one, which is not past yet
        (utc(13, 16, 1), 14),  # it would have been past by the change
        (utc(14, 17), 14),  # it is past
    ],
)
def test_a_holiday_moves_a_cut_off_unless_that_is_past_or_would_be_past_by_it(recorded_at: datetime, cut_off_on: int):
    calendar = BEFORE_THE_FUNERAL.with_change(HolidayChange(FUNERAL, True, recorded_at))
    timetable = calendar.timetable(MEETING)
    assert calendar.local_date(timetable.cut_off) == date(2022, 9, cut_off_on)
    assert timetable.issue_on == date(2022, 9, 16 if cut_off_on == 13 else 19)
    assert not calendar.is_working_day(FUNERAL)


def test_a_holiday_that_was_removed_while_the_cut_off_was_ahead_is_a_working_day_for_the_meeting():
    calendar = BEFORE_THE_FUNERAL.with_change(HolidayChange(FUNERAL, True, utc(10, 12)))
    again = calendar.with_change(HolidayChange(FUNERAL, False, utc(12, 12)))
    assert again.timetable(MEETING) == BEFORE_THE_FUNERAL.timetable(MEETING)
    too_late = calendar.with_change(HolidayChange(FUNERAL, False, utc(15, 12)))
    assert too_late.timetable(MEETING) == calendar.timetable(MEETING)


def test_rules_hold_for_meetings_from_their_date_on_whatever_steps_back_before_it():
    calendar = LONDON.with_change(RulesChange(date(2014, 10, 16), datetime(2014, 6, 1, tzinfo=UTC), clear_days=10))
    assert calendar.timetable(date(2014, 10, 15)) == LONDON.timetable(date(2014, 10, 15))
    assert calendar.timetable(date(2014, 10, 16)).issue_on == date(2014, 10, 1)


def test_rules_do_not_move_a_cut_off_that_would_be_past_by_them():
    calendar = LONDON.with_change(RulesChange(date(2014, 10, 1), datetime(2014, 10, 1, tzinfo=UTC), clear_days=10))
    assert calendar.timetable(date(2014, 10, 16)) == LONDON.timetable(date(2014, 10, 16))
    assert calendar.timetable(date(2014, 11, 20)) != LONDON.timetable(date(2014, 11, 20))
    assert calendar.days_at(date(2014, 10, 16)).clear_days == 10


def test_of_two_amendments_the_later_date_holds_and_on_the_same_date_the_later_recorded():
    recorded_at = datetime(2014, 4, 1, tzinfo=UTC)
    july = RulesChange(date(2014, 7, 1), recorded_at, clear_days=7, cutoff_working_days=1)
    june = RulesChange(date(2014, 6, 1), recorded_at, clear_days=6)
    july_again = RulesChange(date(2014, 7, 1), recorded_at, clear_days=8, holiday_set="GB-SCT")
    calendar = LONDON.with_change(july).with_change(june)
    assert calendar.days_at(date(2014, 6, 30)) == MeetingDays(6, 3, "GB-ENG")
    assert calendar.days_at(date(2014, 7, 1)) == MeetingDays(7, 1, "GB-ENG")
    assert calendar.with_change(july_again).days_at(date(2014, 7, 1)) == MeetingDays(8, 1, "GB-SCT")


def test_a_meeting_goes_by_the_set_of_holidays_of_its_own_date_in_all_steps_back():
    scottish = RulesChange(date(2015, 1, 12), datetime(2014, 6, 1, tzinfo=UTC), holiday_set="GB-SCT")
    calendar = Calendar(
        bank_holidays=recorded("GB-ENG", 2014, 2015) + recorded("GB-SCT", 2014, 2015), changes=(scottish,)
    )
    # 2 January 2015 lies before the day from which Scotland's holidays hold, and counts as one of them all the same.
    assert calendar.timetable(date(2015, 1, 12)).issue_on == date(2014, 12, 31)
    assert calendar.timetable(date(2015, 1, 9)).issue_on == date(2014, 12, 31)
    assert LONDON.timetable(date(2015, 1, 12)).issue_on == date(2015, 1, 2)


def test_a_calendar_that_is_put_away_and_taken_out_again_is_the_same():
    calendar = LONDON.with_change(HolidayChange(FUNERAL, True, utc(10, 12)))
    assert calendar.timetable(MEETING).issue_on == date(2022, 9, 16)
    again = pickle.loads(pickle.dumps(calendar))
    assert (again, hash(again)) == (calendar, hash(calendar))
    assert again.timetable(MEETING) == calendar.timetable(MEETING)


@given(CALENDARS, DAYS)
def test_exactly_the_clear_days_lie_strictly_between_issue_and_meeting(calendar: Calendar, meeting_on: date):
    issue_on = calendar.timetable(meeting_on).issue_on
    between = [date.fromordinal(day) for day in range(issue_on.toordinal() + 1, meeting_on.toordinal())]
    assert sum(map(calendar.is_working_day, between)) == calendar.days.clear_days
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
    timetable = Calendar(days=MeetingDays(cutoff_working_days=0)).timetable(date(2014, 10, 16))
    assert timetable.issue_at == timetable.cut_off
