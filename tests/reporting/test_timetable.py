"""When papers go out, breaches are looked for and partners are reminded. Source: domain.md sections 3, 4 and 7."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from contracts.events.board import (
    AgendaItemAdded,
    ItemKind,
    MeetingCancelled,
    MeetingClosed,
    MeetingMoved,
    MeetingOpened,
)
from contracts.events.partners import PartnerLeft
from contracts.events.partnership import PersonAppointed, Role
from contracts.events.returns import ReturnSubmitted
from domain.calendar.working_days import MeetingDays
from domain.figures.timetable import (
    Done,
    Duty,
    DutyKind,
    as_it_stands,
    duties_due,
    expected_partners,
    missing_returns,
    next_duty,
)
from domain.register import Register
from services.reporting.packs import plan_pack
from tests.domain.history import CALENDAR, History, at

SECOND = timedelta(seconds=1)
NOTHING_DONE = Done()


def quarter_2() -> History:
    """A partnership of two that meets on Thursday 16 October 2014."""
    return History("BRE", "HAC").meeting("2014-06-02", "B02", "2014-10-16")


def moved(history: History, day: str, to: str, *, clock: str = "12:00", code: str = "B02") -> History:
    fact = MeetingMoved(meeting=f"LAP-{code}", date=date.fromisoformat(to), time=time(14, 0))
    return history.told(day, fact, clock=clock)


def of_meetings(duties: list[Duty]) -> list[tuple[DutyKind, str | None]]:
    return [(duty.kind, duty.meeting) for duty in duties if duty.meeting is not None]


def reminders(duties: list[Duty]) -> list[tuple[DutyKind, str]]:
    return [(duty.kind, duty.quarter.label) for duty in duties if duty.quarter is not None]


def walk(register: Register, start: datetime, end: datetime) -> list[Duty]:
    """Every duty that ``next_duty`` names from ``start`` to ``end``, one after the other."""
    found, instant = [], start
    while (duty := next_duty(register, instant)) is not None and duty.due_at <= end:
        found.append(duty)
        instant = duty.due_at
    return found


LOOK, ISSUE = DutyKind.LOOK_FOR_BREACHES, DutyKind.ISSUE_PACK
FIRST, LAST, OVERDUE = DutyKind.REMIND_FIRST, DutyKind.REMIND_LAST, DutyKind.TELL_OVERDUE


# -- meetings ---------------------------------------------------------------------------------------------------------


def test_for_16_october_2014_breaches_are_looked_for_just_after_the_cut_off_and_papers_go_out_on_the_8th():
    duties = walk(quarter_2().register(), at("2014-10-01"), at("2014-10-31"))
    times = {duty.kind: duty.due_at for duty in duties if duty.meeting == "LAP-B02"}
    assert times == {LOOK: at("2014-10-03", "17:00") + SECOND, ISSUE: at("2014-10-08", "09:00")}


def test_nothing_is_due_for_a_meeting_before_its_time():
    register = quarter_2().register()
    assert of_meetings(duties_due(register, NOTHING_DONE, at("2014-10-03", "17:00"))) == []
    just_after = at("2014-10-03", "17:00") + SECOND
    assert of_meetings(duties_due(register, NOTHING_DONE, just_after)) == [(LOOK, "LAP-B02")]


def test_what_was_missed_is_due_in_the_order_of_its_times():
    due = duties_due(quarter_2().register(), NOTHING_DONE, at("2014-10-10"))
    assert of_meetings(due) == [(LOOK, "LAP-B02"), (ISSUE, "LAP-B02")]
    assert [duty.due_at for duty in due] == sorted(duty.due_at for duty in due)


def test_what_was_done_is_no_longer_due():
    register, now = quarter_2().register(), at("2014-10-10")
    looked = Done(looked_at=at("2014-10-03", "17:00"))
    assert of_meetings(duties_due(register, looked, now)) == [(ISSUE, "LAP-B02")]
    assert of_meetings(duties_due(register, Done(issued=frozenset({"LAP-B02"})), now)) == []


def test_a_meeting_moved_before_its_papers_are_out_moves_everything():
    history = moved(quarter_2(), "2014-10-06", "2014-11-13")
    times = {d.kind: d.due_at for d in walk(history.register(), at("2014-10-06"), at("2014-11-13")) if d.meeting}
    assert times == {LOOK: at("2014-10-31", "17:00") + SECOND, ISSUE: at("2014-11-05", "09:00")}


def test_a_meeting_moved_later_after_its_cut_off_was_looked_at_is_looked_at_again():
    history = moved(quarter_2(), "2014-10-06", "2014-11-13")
    done = Done(looked_at=at("2014-10-03", "17:00"))
    assert of_meetings(duties_due(history.register(), done, at("2014-11-01"))) == [(LOOK, "LAP-B02")]


def test_a_meeting_moved_so_near_that_its_times_are_past_is_due_at_once():
    history = moved(quarter_2(), "2014-09-29", "2014-09-30")
    due = duties_due(history.register(), NOTHING_DONE, at("2014-09-29", "12:01"))
    assert of_meetings(due) == [(LOOK, "LAP-B02"), (ISSUE, "LAP-B02")]


def test_at_a_cut_off_before_one_that_was_looked_at_there_is_nothing_new_to_see():
    history = moved(quarter_2(), "2014-10-06", "2014-10-14")
    done = Done(looked_at=at("2014-10-03", "17:00"))
    assert of_meetings(duties_due(history.register(), done, at("2014-10-06"))) == [(ISSUE, "LAP-B02")]


ISSUED = Done(
    issued=frozenset({"LAP-B02"}),
    looked_at=at("2014-10-03", "17:00"),
    taken_in={"LAP-B02": at("2014-10-03", "17:00")},
)


def test_a_meeting_moved_after_its_papers_are_out_keeps_them_and_has_a_supplement_on_the_new_issue_day():
    register = moved(quarter_2(), "2014-10-10", "2014-11-13").register()
    assert of_meetings(duties_due(register, ISSUED, at("2014-11-05", "08:59"))) == []
    [duty] = [each for each in duties_due(register, ISSUED, at("2014-11-05", "09:00")) if each.meeting]
    assert (duty.kind, duty.meeting) == (DutyKind.ISSUE_SUPPLEMENT, "LAP-B02")
    assert duty.reference_instant == CALENDAR.timetable(date(2014, 11, 13)).cut_off
    done = replace(ISSUED, reminded=frozenset({(duty.kind, duty.key)}))
    assert of_meetings(duties_due(register, done, at("2014-11-12"))) == []


def test_papers_that_were_late_are_those_of_the_date_that_they_were_due_for():
    history = moved(quarter_2(), "2014-10-10", "2014-11-13")
    [issue] = [each for each in duties_due(history.register(), NOTHING_DONE, at("2014-10-10")) if each.kind is ISSUE]
    assert issue.notice is not None
    assert (issue.notice.date, issue.reference_instant) == (date(2014, 10, 16), at("2014-10-03", "17:00"))


def item(number: int = 1) -> AgendaItemAdded:
    return AgendaItemAdded(meeting="LAP-B02", item=number, kind=ItemKind.DECISION, title="One")


def test_changes_of_the_agenda_after_the_papers_go_together_at_nine_on_the_next_working_day():
    # Friday 10 October, twice, and Sunday the 12th: the next working day is Monday.
    history = quarter_2().told("2014-10-10", item(1)).told("2014-10-10", item(2), clock="18:00")
    register = history.told("2014-10-12", item(3)).register()
    assert of_meetings(duties_due(register, ISSUED, at("2014-10-13", "08:59"))) == []
    [duty] = [each for each in duties_due(register, ISSUED, at("2014-10-13", "09:00")) if each.meeting]
    assert (duty.kind, duty.due_at) == (DutyKind.TELL_OF_AGENDA, at("2014-10-13", "09:00"))


def test_a_change_of_the_agenda_is_told_at_once_where_the_meeting_would_begin_before_the_next_working_day():
    register = (
        quarter_2().told("2014-10-15", item(1), clock="18:00").told("2014-10-16", item(2), clock="08:30").register()
    )
    due = [each for each in duties_due(register, ISSUED, at("2014-10-16", "13:00")) if each.meeting]
    assert [each.due_at for each in due] == [at("2014-10-16", "08:30"), at("2014-10-16", "09:00")]


def test_what_a_supplement_has_told_already_is_not_told_again():
    register = quarter_2().told("2014-10-10", item()).register()
    told = replace(ISSUED, taken_in={"LAP-B02": at("2014-10-10", "12:00")})
    assert of_meetings(duties_due(register, told, at("2014-10-14"))) == []


def test_a_change_of_the_agenda_before_the_papers_are_out_needs_no_supplement():
    register = quarter_2().told("2014-10-08", item(), clock="09:00").register()
    assert of_meetings(duties_due(register, ISSUED, at("2014-10-15"))) == []


def test_a_reminder_goes_by_the_deadline_as_it_stands_when_it_goes():
    history = quarter_2()
    [found] = [each for each in duties_due(history.register(), NOTHING_DONE, at("2014-09-30")) if each.quarter]
    assert as_it_stands(history.register(), found, at("2014-09-30")) == found
    moved(history, "2014-09-30", "2014-12-11", clock="09:30")
    assert as_it_stands(history.register(), found, at("2014-09-30")) is None


@pytest.mark.parametrize("day", ["2014-09-30", "2014-10-06", "2014-10-10"])
def test_a_cancelled_meeting_has_no_duties_whenever_it_was_cancelled(day: str):
    history = quarter_2().told(day, MeetingCancelled(meeting="LAP-B02", reason="No business."))
    assert of_meetings(duties_due(history.register(), NOTHING_DONE, at("2014-10-15"))) == []
    assert of_meetings(walk(history.register(), at("2014-09-30"), at("2014-10-31"))) == []


def test_a_meeting_entered_so_late_that_its_times_are_past_has_its_papers_issued_at_once():
    history = History("BRE").meeting("2014-10-13", "B02", "2014-10-16")
    now = at("2014-10-13", "12:01")
    assert of_meetings(duties_due(history.register(), NOTHING_DONE, now)) == [(LOOK, "LAP-B02"), (ISSUE, "LAP-B02")]


def test_a_meeting_that_has_begun_without_papers_gets_none_afterwards():
    opened = MeetingOpened(meeting="LAP-B02", present=("LAP-U002",))
    history = quarter_2().told("2014-10-15", opened)
    assert of_meetings(duties_due(history.register(), NOTHING_DONE, at("2014-10-15", "12:01"))) == []


def test_a_meeting_whose_hour_has_passed_gets_no_papers_even_if_nobody_opened_it():
    register = quarter_2().register()
    assert (ISSUE, "LAP-B02") in of_meetings(duties_due(register, NOTHING_DONE, at("2014-10-16", "13:59")))
    assert of_meetings(duties_due(register, NOTHING_DONE, at("2014-10-16", "14:00"))) == []


def test_a_meeting_entered_after_its_own_date_has_no_duties():
    history = History("BRE").meeting("2014-10-20", "B02", "2014-10-16")
    assert of_meetings(duties_due(history.register(), NOTHING_DONE, at("2014-10-20", "12:01"))) == []


def test_two_meetings_have_their_duties_side_by_side():
    history = quarter_2().meeting("2014-06-02", "B03", "2014-10-17")
    due = of_meetings(walk(history.register(), at("2014-10-03"), at("2014-10-10")))
    assert due == [(LOOK, "LAP-B02"), (LOOK, "LAP-B03"), (ISSUE, "LAP-B02"), (ISSUE, "LAP-B03")]


def test_papers_never_go_out_before_the_moment_after_the_cut_off():
    register = quarter_2().register()
    calendar = register.partnership.calendar
    register.partnership.calendar = replace(calendar, days=MeetingDays(cutoff_working_days=0))
    assert of_meetings(duties_due(register, NOTHING_DONE, at("2014-10-08", "17:00"))) == []
    due = duties_due(register, NOTHING_DONE, at("2014-10-08", "17:00") + SECOND)
    assert of_meetings(due) == [(LOOK, "LAP-B02"), (ISSUE, "LAP-B02")]


# -- returns ----------------------------------------------------------------------------------------------------------


def test_partners_are_reminded_14_and_3_days_before_the_deadline_and_told_the_day_after_it():
    duties = walk(quarter_2().register(), at("2014-09-01"), at("2014-10-31"))
    times = [(duty.kind, duty.due_at) for duty in duties if duty.quarter is not None]
    assert times == [
        (FIRST, at("2014-09-19", "09:00")),
        (LAST, at("2014-09-30", "09:00")),
        (OVERDUE, at("2014-10-04", "09:00")),
    ]
    assert {duty.quarter.label for duty in duties if duty.quarter} == {"2014-15 Q2"}


def test_without_a_meeting_the_deadline_is_the_14th_day_after_the_quarter():
    duties = walk(History("BRE").register(), at("2014-09-01"), at("2014-10-31"))
    assert [duty.due_at for duty in duties] == [
        at("2014-09-30", "09:00"),
        at("2014-10-11", "09:00"),
        at("2014-10-15", "09:00"),
    ]


def test_each_quarter_has_its_three_reminders_and_no_other_quarter_has_any():
    duties = walk(History("BRE").register(), at("2014-04-01"), at("2015-05-31"))
    labels = ["2014-15 Q1", "2014-15 Q2", "2014-15 Q3", "2014-15 Q4"]
    assert reminders(duties) == [(kind, label) for label in labels for kind in (FIRST, LAST, OVERDUE)]


def test_a_reminder_that_was_sent_is_not_due_again():
    register, now = History("BRE").register(), at("2014-10-02")
    [duty] = duties_due(register, NOTHING_DONE, now)
    assert duties_due(register, Done(reminded=frozenset({(duty.kind, duty.key)})), now) == []


def test_a_moved_deadline_is_reminded_of_anew():
    history = quarter_2()
    [sent] = duties_due(history.register(), NOTHING_DONE, at("2014-09-20"))
    moved(history, "2014-09-22", "2014-10-30")
    done = Done(reminded=frozenset({(sent.kind, sent.key)}))
    assert reminders(duties_due(history.register(), done, at("2014-10-03", "09:00"))) == [(FIRST, "2014-15 Q2")]


def test_a_missed_reminder_is_made_up_for_until_the_next_one_is_due():
    register = quarter_2().register()
    assert reminders(duties_due(register, NOTHING_DONE, at("2014-09-30", "08:59"))) == [(FIRST, "2014-15 Q2")]
    assert reminders(duties_due(register, NOTHING_DONE, at("2014-09-30", "09:00"))) == [(LAST, "2014-15 Q2")]


def test_nobody_is_reminded_on_the_day_of_the_deadline_or_after_it():
    register = quarter_2().register()
    assert reminders(duties_due(register, NOTHING_DONE, at("2014-10-03", "00:00"))) == []
    assert reminders(duties_due(register, NOTHING_DONE, at("2014-10-04", "08:59"))) == []


def test_a_history_brought_in_years_later_sends_no_reminders_of_its_time():
    due = duties_due(quarter_2().register(), NOTHING_DONE, at("2026-11-21"))
    assert reminders(due) == [(OVERDUE, "2026-27 Q2")]
    assert of_meetings(due) == []


def test_a_return_is_owed_by_those_that_were_members_all_through_the_quarter():
    history = quarter_2().admitted("2014-08-01", "NEW")
    history.told("2014-09-01", PartnerLeft(partner="HAC", left_on=date(2014, 9, 15)))
    quarter = CALENDAR.quarter("2014-15 Q2")
    assert expected_partners(history.register(), quarter) == ["BRE"]


def test_a_return_is_missing_until_it_is_submitted():
    history, quarter = quarter_2(), CALENDAR.quarter("2014-15 Q2")
    assert missing_returns(history.register(), quarter) == ["BRE", "HAC"]
    history.told("2014-10-01", ReturnSubmitted(partner="BRE", quarter="2014-15 Q2"))
    assert missing_returns(history.register(), quarter) == ["HAC"]


# -- both -------------------------------------------------------------------------------------------------------------


def test_before_the_partnership_is_formed_nothing_is_due():
    empty = Register("LAP")
    assert next_duty(empty, at("2014-04-01")) is None
    assert duties_due(empty, NOTHING_DONE, at("2014-04-01")) == []


def test_next_duty_never_names_one_twice_nor_one_of_the_past():
    register = quarter_2().meeting("2014-06-02", "B03", "2015-01-15").register()
    duties = walk(register, at("2014-04-01"), at("2016-04-01"))
    assert len({(duty.kind, duty.key) for duty in duties}) == len(duties)
    assert [duty.due_at for duty in duties] == sorted(duty.due_at for duty in duties)


def test_following_next_duty_and_asking_what_is_due_come_to_the_same():
    register = (
        quarter_2().meeting("2014-06-02", "B01", "2014-07-17").meeting("2014-06-02", "B03", "2015-01-15").register()
    )
    done, asked = Done(), []
    for step in walk(register, at("2014-06-02"), at("2015-06-01")):
        for duty in duties_due(register, done, step.due_at):
            asked.append(duty)
            done = _and(done, duty)
    assert asked == walk(register, at("2014-06-02"), at("2015-06-01"))


def _and(done: Done, duty: Duty) -> Done:
    if duty.kind is ISSUE:
        return Done(done.issued | {duty.meeting}, done.looked_at, done.reminded)
    if duty.kind is LOOK:
        return Done(done.issued, duty.reference_instant, done.reminded)
    return Done(done.issued, done.looked_at, done.reminded | {(duty.kind, duty.key)})


def test_a_meeting_that_was_held_and_closed_has_no_duties():
    opened = MeetingOpened(meeting="LAP-B02", present=("LAP-U002",))
    history = quarter_2().told("2014-10-16", opened, MeetingClosed(meeting="LAP-B02"), clock="14:00")
    assert of_meetings(duties_due(history.register(), NOTHING_DONE, at("2014-10-16", "15:00"))) == []


# -- an imported history ----------------------------------------------------------------------------------------------


def imported(day: str, clock: str = "12:00") -> History:
    """A partnership of two, formed in April, that was imported on a later day."""
    return History("BRE", "HAC", imported_at=at(day, clock))


def test_nobody_is_told_of_returns_that_were_overdue_before_the_import():
    overdue = duties_due(imported("2014-11-25").register(), NOTHING_DONE, at("2014-11-25", "12:01"))
    assert overdue == []
    live = duties_due(History("BRE", "HAC").register(), NOTHING_DONE, at("2014-11-25", "12:01"))
    assert reminders(live) == [(OVERDUE, "2014-15 Q2")]


def test_a_reminder_that_was_due_before_the_import_is_passed_over_and_the_next_one_goes():
    register = imported("2014-10-12").register()  # the returns of Q2 are due on 14 October
    assert reminders(duties_due(register, NOTHING_DONE, at("2014-10-12", "13:00"))) == []
    assert reminders(duties_due(register, NOTHING_DONE, at("2014-10-15", "09:00"))) == [(OVERDUE, "2014-15 Q2")]


def test_the_agenda_and_the_papers_of_a_meeting_ahead_are_wanted_though_they_were_due_before_the_import():
    register = imported("2014-10-10").meeting("2014-06-02", "B02", "2014-10-16").register()
    due = duties_due(register, NOTHING_DONE, at("2014-10-10", "12:01"))
    assert of_meetings(due) == [(LOOK, "LAP-B02"), (ISSUE, "LAP-B02")]


@pytest.mark.parametrize(
    ("imported_on", "mailed"), [("2014-10-10", False), ("2014-10-08", False), ("2014-10-07", True)]
)
def test_papers_that_were_due_before_the_import_are_mailed_to_nobody(imported_on: str, mailed: bool):
    history = imported(imported_on).meeting("2014-06-02", "B02", "2014-10-16")
    history.told("2014-06-02", PersonAppointed(person="LAP-U002", partner="BRE", roles=(Role.CHAIR,)))
    register = history.register()
    [issue] = [duty for duty in duties_due(register, NOTHING_DONE, at("2014-10-10", "12:01")) if duty.kind is ISSUE]
    assert plan_pack(register, "LAP-B02", issue.due_at, issue.due_at).recipients == (("LAP-U002",) if mailed else ())
