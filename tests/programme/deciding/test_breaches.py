"""The item that the system puts on an agenda for a breach."""

from __future__ import annotations

import pytest

from contracts.events.board import AgendaItemAdded, BreachNoted, ItemKind
from tests.programme.partnerships import SECRETARY, SYSTEM, Partnership

BREACH = {"meeting": "B01", "commitment": "C1", "partner": "HAR", "periods": ["2014-15 Q1", "2014-15 Q2"]}


@pytest.fixture
def scheduled(lap: Partnership) -> Partnership:
    return lap.given("schedule_meeting", code="B01", date="2014-10-16", time="14:00")


def test_a_breach_becomes_an_item_to_decide_in_sentences_for_people(scheduled: Partnership) -> None:
    assert scheduled.when("note_breach", who=SYSTEM, **BREACH) == [
        AgendaItemAdded(
            meeting="LAP-B01",
            item=101,
            kind=ItemKind.DECISION,
            title="Breach by HAR: Title of C1 (LAP-C1)",
            about="LAP-C1",
            recommendation=(
                "Name of HAR has not fully met the core commitment “Title of C1” in 2014-15 Q1 and 2014-15 Q2. "
                "The board is asked to agree with Name of HAR how and by when it will be met, or to grant a derogation."
            ),
            owner="HAR",
            breach=BreachNoted(commitment="LAP-C1", partner="HAR", periods=("2014-15 Q1", "2014-15 Q2")),
        )
    ]


def test_items_of_the_system_are_numbered_from_101_and_count_up(scheduled: Partnership) -> None:
    scheduled.given("add_agenda_item", meeting="B01", item=7, kind="decision", title="Seven")
    scheduled.given("note_breach", who=SYSTEM, **BREACH)
    [second] = scheduled.when("note_breach", who=SYSTEM, **{**BREACH, "partner": "BRE"})
    assert second.item == 102


def test_a_breach_is_put_on_an_agenda_once(scheduled: Partnership) -> None:
    scheduled.given("note_breach", who=SYSTEM, **BREACH)
    assert scheduled.when("note_breach", who=SYSTEM, **BREACH) == []


def test_where_the_meeting_is_over_the_next_one_takes_the_item(scheduled: Partnership) -> None:
    scheduled.given("schedule_meeting", code="B03", date="2015-04-16", time="14:00")
    scheduled.given("schedule_meeting", code="B02", date="2015-01-15", time="14:00")
    scheduled.given("cancel_meeting", meeting="B01", reason="Strike.")
    [item] = scheduled.when("note_breach", who=SYSTEM, **BREACH)
    assert item.meeting == "LAP-B02"


def test_the_item_of_a_cancelled_meeting_goes_to_the_next_one(scheduled: Partnership) -> None:
    scheduled.given("note_breach", who=SYSTEM, **BREACH).given(
        "note_breach", who=SYSTEM, **{**BREACH, "partner": "BRE"}
    )
    scheduled.given("schedule_meeting", code="B03", date="2015-04-16", time="14:00")
    scheduled.given("schedule_meeting", code="B02", date="2015-01-15", time="14:00")
    scheduled.given("note_breach", who=SYSTEM, **{**BREACH, "meeting": "B02", "partner": "BRE"})
    cancelled, item = scheduled.when("cancel_meeting", meeting="B01", reason="Strike.")
    assert (cancelled.meeting, item.meeting, item.item, item.breach.partner) == ("LAP-B01", "LAP-B02", 102, "HAR")
    assert [each.by_system for each in scheduled.decided] == [False, True]


def test_an_item_moves_with_its_meeting(scheduled: Partnership) -> None:
    scheduled.given("note_breach", who=SYSTEM, **BREACH)
    scheduled.given("move_meeting", meeting="B01", date="2014-10-23", time="14:00")
    assert scheduled.register.meetings["LAP-B01"].items[101].breach is not None


def test_a_breach_that_stands_on_the_agenda_is_not_noted_again_for_later_periods(scheduled: Partnership) -> None:
    scheduled.given("note_breach", who=SYSTEM, **BREACH)
    later = {**BREACH, "periods": ["2014-15 Q2", "2014-15 Q3"]}
    assert scheduled.when("note_breach", who=SYSTEM, **later) == []


def test_without_a_meeting_to_come_the_breach_is_refused(scheduled: Partnership) -> None:
    scheduled.given("cancel_meeting", meeting="B01", reason="Strike.")
    refused = scheduled.refusal("note_breach", who=SYSTEM, **BREACH)
    assert refused.problem == "LAP-B01 is cancelled and no later meeting is scheduled; schedule one"


def test_a_long_title_is_cut_to_what_an_agenda_takes(lap: Partnership) -> None:
    title = "A commitment with a name " * 8
    lap.given(
        "agree_commitment",
        code="C7",
        title=title,
        core=True,
        in_force_from="2014-04-01",
        period="quarter",
        measure={"kind": "attestation"},
    )
    lap.given("schedule_meeting", code="B01", date="2014-10-16", time="14:00")
    [item] = lap.when("note_breach", who=SYSTEM, **{**BREACH, "commitment": "C7"})
    assert len(item.title) == 200
    assert item.title.endswith("… (LAP-C7)")


@pytest.mark.parametrize("who", [SECRETARY, "LAP-U099"])
def test_nobody_but_the_system_notes_a_breach(scheduled: Partnership, who) -> None:
    refused = scheduled.refusal("note_breach", who=who, **BREACH)
    assert refused.problem == f"{who} may not note breach; the system itself does what nobody else may"


def test_the_system_does_nothing_else(scheduled: Partnership) -> None:
    refused = scheduled.refusal("cancel_meeting", who=SYSTEM, meeting="B01", reason="No.")
    assert refused.problem == "system may not cancel meeting; the system itself does what nobody else may"
