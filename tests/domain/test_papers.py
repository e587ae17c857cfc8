"""Which papers went out, and the deadlines that follow, are read from the log alone. Source: domain.md section 10.

The meeting of Thursday 16 October 2014 has its cut-off on Friday 3 October, 17:00, and its papers on Wednesday the 8th,
09:00; it covers July to September. Moved a week on, it has them on the 10th and the 15th.
"""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from contracts.events.board import (
    AgendaItemAdded,
    AgendaItemAmended,
    AgendaItemRemoved,
    ItemKind,
    MeetingCancelled,
    MeetingMoved,
    MeetingOpened,
)
from contracts.events.partnership import BoardAmendment, HolidayAdded, PartnershipAmended
from domain.register import Register
from domain.register.papers import notice_of, return_deadline, return_deadlines
from tests.domain.history import CALENDAR, History, at

Q1, Q2 = CALENDAR.quarter("2014-15 Q1"), CALENDAR.quarter("2014-15 Q2")
CUT_OFF = at("2014-10-03", "17:00")
LATER = at("2015-03-31")


def scheduled(on: str = "2014-10-16") -> History:
    return History().meeting("2014-06-02", "B02", on)


def moved(to: str, code: str = "B02") -> MeetingMoved:
    return MeetingMoved(meeting=f"LAP-{code}", date=date.fromisoformat(to), time=time(14, 0))


CANCELLED = MeetingCancelled(meeting="LAP-B02", reason="No quorum.")


def out(register: Register, code: str = "B02") -> list[tuple[date, datetime]]:
    return [(each.notice.date, each.out_at) for each in register.papers.of_meeting.get(f"LAP-{code}", [])]


# -- the deadline -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fact", [moved("2014-10-23"), moved("2014-10-15"), CANCELLED], ids=["on", "back", "cancelled"])
def test_until_the_pack_is_issued_the_deadline_follows_the_meeting(fact):
    history = scheduled().told("2014-10-08", fact, clock="09:00")  # the very instant of the issue comes before it
    expected = CALENDAR.default_deadline(Q2) if fact is CANCELLED else CALENDAR.timetable(fact.date).cut_off
    assert return_deadline(history.register(), Q2, LATER) == expected


@pytest.mark.parametrize("fact", [moved("2014-10-23"), moved("2015-01-29"), CANCELLED], ids=["on", "far", "cancelled"])
def test_once_the_pack_is_issued_its_deadline_is_the_quarters_for_good(fact):
    history = scheduled().told("2014-10-08", fact, clock="09:01")
    assert return_deadline(history.register(), Q2, LATER) == CUT_OFF


def test_from_the_14th_day_to_a_cut_off_and_back():
    history = History()
    assert return_deadline(history.register(), Q2, LATER) == CALENDAR.default_deadline(Q2)
    history.meeting("2014-06-02", "B02", "2014-10-16")
    assert return_deadline(history.register(), Q2, at("2014-06-02")) == CUT_OFF
    history.told("2014-06-03", CANCELLED)
    assert return_deadline(history.register(), Q2, LATER) == CALENDAR.default_deadline(Q2)


def test_no_meeting_that_is_scheduled_later_alters_the_deadline_that_a_pack_counted_by():
    history = scheduled().meeting("2014-10-09", "B03", "2014-10-14")
    assert return_deadline(history.register(), Q2, LATER) == CUT_OFF


def test_after_issue_the_new_date_gives_a_deadline_to_no_quarter():
    history = scheduled().told("2014-10-09", moved("2015-01-22"))
    q3 = CALENDAR.quarter("2014-15 Q3")
    assert CALENDAR.timetable(date(2015, 1, 22)).quarter == q3
    assert return_deadline(history.register(), q3, LATER) == CALENDAR.default_deadline(q3)


def test_the_first_of_two_packs_about_a_quarter_fixes_its_deadline():
    history = scheduled().meeting("2014-06-02", "B03", "2014-11-20").told("2014-11-15", moved("2014-12-11", "B03"))
    assert return_deadline(history.register(), Q2, LATER) == CUT_OFF


def test_a_pack_counts_by_an_earlier_meeting_that_was_still_to_come_at_its_cut_off_and_so_does_its_quarter_for_good():
    # given: the first meeting of the quarter is cancelled after the second one's cut-off, before either's papers
    history = scheduled().meeting("2014-06-02", "B03", "2014-10-17").told("2014-10-07", CANCELLED)
    # then: the second one's pack, made from what was recorded by its cut-off, counted by the first one's
    assert CALENDAR.timetable(date(2014, 10, 17)).cut_off > CUT_OFF
    history.meeting("2014-11-15", "B09", "2016-01-07")
    assert return_deadline(history.register(), Q2, LATER) == CUT_OFF


def test_the_meeting_of_a_pack_in_the_making_counts_as_if_it_had_been_known_at_its_cut_off():
    known = scheduled().register(CUT_OFF)
    notice = notice_of(known, known.meetings["LAP-B02"])
    assert return_deadlines(History().register(), CUT_OFF, notice) == return_deadlines(known, CUT_OFF)


@pytest.mark.parametrize(
    "fact",
    [
        HolidayAdded(on=date(2014, 10, 13), name="Closure"),
        PartnershipAmended(board=BoardAmendment(clear_days=1), holds_from=date(2014, 10, 9), reason="Less."),
    ],
    ids=["holiday", "rules"],
)
def test_neither_a_holiday_nor_amended_rules_alter_the_deadline_of_an_issued_pack(fact):
    history = scheduled().told("2014-10-08", fact, clock="10:00")
    assert return_deadline(history.register(), Q2, LATER) == CUT_OFF


# -- the papers -------------------------------------------------------------------------------------------------------


def test_papers_are_out_for_whatever_is_recorded_after_nine_on_the_issue_day():
    history = scheduled()
    history.told("2014-10-08", moved("2014-10-16"), clock="09:00")
    assert out(history.register()) == []
    history.told("2014-10-08", moved("2014-10-23"), clock="09:01")
    assert out(history.register()) == [(date(2014, 10, 16), at("2014-10-08", "09:00"))]


def test_a_meeting_scheduled_after_its_cut_off_but_before_its_issue_day_waits_for_that_day():
    history = History().meeting("2014-10-06", "B02", "2014-10-16").meeting("2014-11-15", "B09", "2016-01-07")
    assert out(history.register()) == [(date(2014, 10, 16), at("2014-10-08", "09:00"))]


def test_a_meeting_scheduled_after_its_issue_day_has_its_papers_at_once():
    history = History().meeting("2014-10-13", "B02", "2014-10-16").meeting("2014-11-15", "B09", "2016-01-07")
    assert out(history.register()) == [(date(2014, 10, 16), at("2014-10-13"))]


def test_a_meeting_that_began_or_was_cancelled_before_its_papers_has_none():
    opened = MeetingOpened(meeting="LAP-B02", present=())
    for fact in (opened, CANCELLED):
        history = scheduled().told("2014-10-07", fact).meeting("2014-11-15", "B09", "2016-01-07")
        assert out(history.register()) == []


def test_a_meeting_with_a_cut_off_before_the_partnership_was_there_has_none():
    history = History().meeting("2014-04-01", "B01", "2014-04-03").meeting("2014-11-15", "B09", "2016-01-07")
    assert out(history.register(), "B01") == []


def test_a_meeting_moved_after_issue_has_a_supplement_on_the_new_issue_day_about_the_packs_own_quarter():
    history = scheduled().told("2014-10-09", moved("2015-01-22")).meeting("2015-02-15", "B09", "2016-01-07")
    register = history.register()
    assert out(register) == [
        (date(2014, 10, 16), at("2014-10-08", "09:00")),
        (date(2015, 1, 22), at("2015-01-14", "09:00")),
    ]
    _, supplement = register.papers.of_meeting["LAP-B02"]
    assert supplement.notice.timetable.quarter == Q2


def test_a_supplement_is_for_the_date_that_stands_on_the_day():
    history = scheduled().told("2014-10-09", moved("2014-11-20")).told("2014-10-10", moved("2014-11-27"))
    history.meeting("2014-12-15", "B09", "2016-01-07")
    assert [on for on, _ in out(history.register())] == [date(2014, 10, 16), date(2014, 11, 27)]


def test_a_meeting_moved_twice_in_time_has_two_supplements():
    history = scheduled().told("2014-10-09", moved("2014-11-20")).told("2014-11-17", moved("2014-12-11"))
    history.meeting("2014-12-15", "B09", "2016-01-07")
    assert [on for on, _ in out(history.register())] == [date(2014, 10, 16), date(2014, 11, 20), date(2014, 12, 11)]


def test_a_meeting_moved_to_a_date_whose_cut_off_is_past_has_no_supplement():
    history = scheduled().told("2014-10-09", moved("2014-10-17")).meeting("2014-11-15", "B09", "2016-01-07")
    assert [on for on, _ in out(history.register())] == [date(2014, 10, 16)]


def test_a_supplement_that_was_due_goes_out_for_the_date_that_stands_though_its_cut_off_is_past():
    # What was recorded by the last cut-off of a meeting is in one of its papers.
    history = scheduled().told("2014-10-09", moved("2014-11-20")).told("2014-11-10", moved("2014-11-18"))
    history.meeting("2014-12-15", "B09", "2016-01-07")
    assert out(history.register())[1:] == [(date(2014, 11, 18), at("2014-11-10"))]


def test_a_meeting_that_is_cancelled_after_it_moved_has_no_supplement():
    history = scheduled().told("2014-10-09", moved("2014-11-20")).told("2014-11-10", CANCELLED)
    history.meeting("2014-12-15", "B09", "2016-01-07")
    assert len(out(history.register())) == 1


# -- the agenda -------------------------------------------------------------------------------------------------------


def test_a_change_of_the_agenda_is_one_after_the_papers_only_once_they_are_out():
    item = AgendaItemAdded(meeting="LAP-B02", item=1, kind=ItemKind.DECISION, title="One")
    history = scheduled().told("2014-10-08", item, clock="09:00")
    history.told("2014-10-08", item.model_copy(update={"item": 2}), clock="09:01")
    amended = AgendaItemAmended(meeting="LAP-B02", item=2, kind=ItemKind.DECISION, title="Two")
    history.told("2014-10-09", amended).told("2014-10-10", AgendaItemRemoved(meeting="LAP-B02", item=2, reason="No."))
    assert history.register().meetings["LAP-B02"].agenda_changed_at == [
        at("2014-10-08", "09:01"),
        at("2014-10-09"),
        at("2014-10-10"),
    ]
