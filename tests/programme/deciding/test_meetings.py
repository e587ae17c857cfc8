"""Meetings: scheduled, moved, cancelled, opened, closed; agenda and declarations of interest."""

from __future__ import annotations

from datetime import date, time

import pytest

from contracts.events.board import (
    AgendaItemAdded,
    InterestDeclared,
    InterestFollows,
    ItemKind,
    MeetingCancelled,
    MeetingClosed,
    MeetingMoved,
    MeetingOpened,
    MeetingScheduled,
)
from tests.programme.partnerships import CHAIR, HACKNEY, HACKNEY_SUBSTITUTE, LMA, OBSERVER, Partnership

B01 = {"code": "B01", "date": "2014-07-17", "time": "14:00"}
ITEM = {"meeting": "B01", "item": 1, "kind": "decision", "title": "Approve the catalogue"}
INTEREST = {"meeting": "B01", "item": 1, "person": HACKNEY, "nature": "Sells catalogues.", "follows": "withdraws"}


@pytest.fixture
def scheduled(lap: Partnership) -> Partnership:
    return lap.given("schedule_meeting", **B01)


def test_a_meeting_is_scheduled(lap: Partnership) -> None:
    assert lap.when("schedule_meeting", **B01, place="Guildhall") == [
        MeetingScheduled(meeting="LAP-B01", date=date(2014, 7, 17), time=time(14), place="Guildhall")
    ]


def test_its_reference_is_given_once(scheduled: Partnership) -> None:
    refused = scheduled.refusal("schedule_meeting", **{**B01, "date": "2014-10-16"})
    assert (refused.field, refused.problem) == (
        "code",
        "LAP-B01 is taken and never given again; the next free one is B02",
    )


def test_a_meeting_is_moved(scheduled: Partnership) -> None:
    assert scheduled.when("move_meeting", meeting="B01", date="2014-07-24", time="10:00") == [
        MeetingMoved(meeting="LAP-B01", date=date(2014, 7, 24), time=time(10))
    ]


def test_moving_a_meeting_to_where_it_stands_changes_nothing(scheduled: Partnership) -> None:
    assert scheduled.when("move_meeting", meeting="B01", date="2014-07-17", time="14:00") == []
    assert len(scheduled.when("move_meeting", meeting="B01", date="2014-07-17", time="14:00", place="Here")) == 1


def test_a_meeting_lasts_as_long_as_somebody_says(lap: Partnership) -> None:
    [fact] = lap.when("schedule_meeting", **B01, minutes=90)
    assert isinstance(fact, MeetingScheduled)
    assert fact.minutes == 90


def test_a_meeting_keeps_its_length_when_it_moves_and_can_be_given_another(lap: Partnership) -> None:
    lap.given("schedule_meeting", **B01, minutes=90)
    there = {"meeting": "B01", "date": "2014-07-17", "time": "14:00"}
    assert lap.when("move_meeting", **there, minutes=90) == []
    assert len(lap.when("move_meeting", **there, minutes=120)) == 1


@pytest.mark.parametrize(
    ("on", "at", "said"),
    [
        ("2015-03-29", "01:30", "clocks in Europe/London go forward over 01:30 on 29 March 2015; give 00:30 or 02:30"),
        (
            "2014-10-26",
            "01:30",
            "clocks in Europe/London go back on 26 October 2014 and show 01:30 twice; give a time that they show once",
        ),
    ],
)
def test_a_time_that_clocks_do_not_show_or_show_twice_is_asked_about(
    scheduled: Partnership, on: str, at: str, said: str
) -> None:
    for do, fields in (("schedule_meeting", {"code": "B02"}), ("move_meeting", {"meeting": "B01"})):
        refused = scheduled.refusal(do, **fields, date=on, time=at)
        assert (refused.field, refused.problem) == ("time", said)


@pytest.mark.parametrize("at", ["00:59", "02:00"])
def test_the_times_about_a_change_of_clocks_are_times_like_any_other(lap: Partnership, at: str) -> None:
    for on in ("2015-03-29", "2014-10-26"):
        *_, scheduled = lap.when("schedule_meeting", code="B01", date=on, time=at)
        assert isinstance(scheduled, MeetingScheduled)


def test_a_meeting_is_cancelled_with_a_reason(scheduled: Partnership) -> None:
    assert scheduled.when("cancel_meeting", meeting="B01", reason="Strike.") == [
        MeetingCancelled(meeting="LAP-B01", reason="Strike.")
    ]


def test_a_meeting_is_opened_with_those_who_are_there(scheduled: Partnership) -> None:
    facts = scheduled.when(
        "open_meeting",
        meeting="B01",
        present=[CHAIR, "U004", OBSERVER, CHAIR],
        apologies=["U003"],
        substitutes={"U003": "U005"},
    )
    assert facts == [
        MeetingOpened(
            meeting="LAP-B01",
            present=(CHAIR, LMA, OBSERVER, HACKNEY_SUBSTITUTE),
            apologies=(HACKNEY,),
            substitutes={HACKNEY: HACKNEY_SUBSTITUTE},
        )
    ]


def test_a_meeting_in_progress_is_closed(board: Partnership) -> None:
    assert board.when("close_meeting", meeting="B01") == [MeetingClosed(meeting="LAP-B01")]


TO = {"date": "2014-07-24", "time": "10:00"}
DECISION = {"item": 1, "code": "D01", "outcome": "agreed", "text": "So be it."}


@pytest.mark.parametrize(
    ("state", "do", "fields", "problem"),
    [
        ("scheduled", "close_meeting", {}, "LAP-B01 is scheduled, not in progress; it cannot be closed"),
        (
            "scheduled",
            "record_decision",
            DECISION,
            "LAP-B01 is scheduled, not in progress; nothing can be decided at it",
        ),
        ("in progress", "move_meeting", TO, "LAP-B01 is in progress, not scheduled; it cannot be moved"),
        (
            "in progress",
            "cancel_meeting",
            {"reason": "No."},
            "LAP-B01 is in progress, not scheduled; it cannot be cancelled",
        ),
        ("in progress", "open_meeting", {"present": []}, "LAP-B01 is in progress, not scheduled; it cannot be opened"),
        ("closed", "move_meeting", TO, "LAP-B01 is closed, not scheduled; it cannot be moved"),
        ("closed", "cancel_meeting", {"reason": "No."}, "LAP-B01 is closed, not scheduled; it cannot be cancelled"),
        ("closed", "open_meeting", {"present": []}, "LAP-B01 is closed, not scheduled; it cannot be opened"),
        ("closed", "close_meeting", {}, "LAP-B01 is closed, not in progress; it cannot be closed"),
        ("closed", "record_decision", DECISION, "LAP-B01 is closed, not in progress; nothing can be decided at it"),
        (
            "closed",
            "add_agenda_item",
            {"item": 9, "kind": "decision", "title": "Nine"},
            "LAP-B01 is closed, not scheduled or in progress; nothing can be put on its agenda",
        ),
        (
            "closed",
            "declare_interest",
            {"item": 1, "person": HACKNEY, "nature": "Sells.", "follows": "noted"},
            "LAP-B01 is closed, not scheduled or in progress; it is too late to declare an interest",
        ),
        ("cancelled", "move_meeting", TO, "LAP-B01 is cancelled, not scheduled; it cannot be moved"),
        (
            "cancelled",
            "cancel_meeting",
            {"reason": "No."},
            "LAP-B01 is cancelled, not scheduled; it cannot be cancelled",
        ),
        ("cancelled", "open_meeting", {"present": []}, "LAP-B01 is cancelled, not scheduled; it cannot be opened"),
        ("cancelled", "close_meeting", {}, "LAP-B01 is cancelled, not in progress; it cannot be closed"),
    ],
)
def test_a_meeting_goes_through_its_states_in_order(scheduled: Partnership, state, do, fields, problem) -> None:
    scheduled.given("add_agenda_item", **ITEM)
    if state == "cancelled":
        scheduled.given("cancel_meeting", meeting="B01", reason="Strike.")
    if state in ("in progress", "closed"):
        scheduled.given("open_meeting", meeting="B01", present=[CHAIR])
    if state == "closed":
        scheduled.given("close_meeting", meeting="B01")
    refused = scheduled.refusal(do, meeting="B01", **fields)
    assert (refused.field, refused.problem) == ("meeting", problem)


@pytest.mark.parametrize(
    ("fields", "field", "problem"),
    [
        ({"present": ["U099"]}, "present[0]", "no person LAP-U099; the directory lists who is who"),
        ({"present": [CHAIR], "apologies": ["U099"]}, "apologies[0]", "no person LAP-U099"),
        ({"present": [CHAIR], "apologies": [CHAIR]}, "apologies[0]", "is present and cannot have sent apologies"),
        ({"present": [], "substitutes": {"U099": "U005"}}, "substitutes.LAP-U099", "no person LAP-U099"),
        ({"present": [], "substitutes": {"U003": "U099"}}, "substitutes.LAP-U003", "no person LAP-U099"),
        ({"present": [], "substitutes": {"U006": "U005"}}, "substitutes.LAP-U006", "is not a member of the board"),
        ({"present": ["U003"], "substitutes": {"U003": "U005"}}, "substitutes.LAP-U003", "LAP-U003 is present"),
        ({"present": [], "substitutes": {"U003": "U006"}}, "substitutes.LAP-U003", "is neither a substitute nor"),
        (
            {"present": [], "substitutes": {"U003": "U005", "U004": "U005"}},
            "substitutes.LAP-U003",
            "LAP-U005 sits for two members; a person fills one seat only",
        ),
    ],
)
def test_an_attendance_that_cannot_be_is_refused(scheduled: Partnership, fields, field, problem) -> None:
    refused = scheduled.refusal("open_meeting", meeting="B01", **fields)
    assert refused.field == field
    assert problem in refused.problem


@pytest.mark.parametrize("about", ["P01", "LAP-P01", "P01-M01", "C1", "R01", "B01", "HAR"])
def test_an_item_points_at_any_object(scheduled: Partnership, about) -> None:
    reference = about if about == "HAR" else f"LAP-{about.removeprefix('LAP-')}"
    assert scheduled.when("add_agenda_item", **ITEM, about=about, recommendation="Approve.", owner="LMA") == [
        AgendaItemAdded(
            meeting="LAP-B01",
            item=1,
            kind=ItemKind.DECISION,
            title="Approve the catalogue",
            about=reference,
            recommendation="Approve.",
            owner="LMA",
        )
    ]


def test_an_item_can_be_added_while_the_meeting_is_in_progress(board: Partnership) -> None:
    assert len(board.when("add_agenda_item", **{**ITEM, "item": 4})) == 1


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"meeting": "B09"}, "meeting", "no meeting LAP-B09; there is only B01"),
        ({"item": 2}, "item", "item 2 of LAP-B01 is taken; number 4 is free"),
        ({"about": "P09"}, "about", "nothing is called LAP-P09; give the reference of a project, commitment, risk or"),
        ({"owner": "ZZZ"}, "owner", "no partner ZZZ; the partners are BRE, HAC, HAR, LMA"),
    ],
)
def test_an_item_that_does_not_fit_is_refused(board: Partnership, change, field, problem) -> None:
    refused = board.refusal("add_agenda_item", **{**ITEM, "item": 4, **change})
    assert refused.field == field
    assert refused.problem.startswith(problem)


@pytest.mark.parametrize("follows", list(InterestFollows))
def test_an_interest_is_declared_before_or_at_the_meeting(scheduled: Partnership, follows) -> None:
    scheduled.given("add_agenda_item", **ITEM)
    assert scheduled.when("declare_interest", **{**INTEREST, "follows": follows}) == [
        InterestDeclared(meeting="LAP-B01", item=1, person=HACKNEY, nature="Sells catalogues.", follows=follows)
    ]


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"item": 9}, "item", "no item 9 on the agenda of LAP-B01; it has 1, 2, 3"),
        ({"person": "U099"}, "person", "no person LAP-U099; the directory lists who is who"),
        ({"meeting": "B09"}, "meeting", "no meeting LAP-B09; there is only B01"),
    ],
)
def test_an_interest_in_nothing_or_of_nobody_is_refused(board: Partnership, change, field, problem) -> None:
    refused = board.refusal("declare_interest", **{**INTEREST, **change})
    assert refused.field == field
    assert refused.problem.startswith(problem)


def test_an_empty_agenda_is_told(scheduled: Partnership) -> None:
    assert scheduled.refusal("declare_interest", **INTEREST).problem == (
        "no item 1 on the agenda of LAP-B01; it has none"
    )
