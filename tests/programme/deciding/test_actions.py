"""Actions: assigned after a decision, completed with evidence."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.events.decisions import ActionAssigned, ActionCompleted
from tests.programme.partnerships import LMA_LEAD, Partnership

A01 = {"decision": "D01", "code": "A01", "text": "Write to the supplier.", "owner": "LMA", "due": "2014-09-30"}


@pytest.fixture
def decided(board: Partnership) -> Partnership:
    return board.given("record_decision", meeting="B01", item=1, code="D01", outcome="agreed", text="So be it.")


def test_an_action_is_assigned(decided: Partnership) -> None:
    assert decided.when("assign_action", **A01, person="U006") == [
        ActionAssigned(
            action="LAP-A01",
            decision="LAP-D01",
            text="Write to the supplier.",
            owner="LMA",
            person=LMA_LEAD,
            due=date(2014, 9, 30),
        )
    ]


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"decision": "D09"}, "decision", "no decision LAP-D09; there is only D01"),
        ({"code": "D02"}, "code", "D02 is no reference for an action; write one such as A001"),
        ({"owner": "ZZZ"}, "owner", "no partner ZZZ; the partners are BRE, HAC, HAR, LMA"),
        ({"person": "U099"}, "person", "no person LAP-U099; the directory lists who is who"),
    ],
)
def test_an_action_that_does_not_fit_is_refused(decided: Partnership, change, field, problem) -> None:
    refused = decided.refusal("assign_action", **{**A01, **change})
    assert refused.field == field
    assert refused.problem.startswith(problem)


def test_an_action_that_is_worded_anew_keeps_when_it_was_first_due_and_how_often_it_was_moved(
    decided: Partnership,
) -> None:
    # given: moved once, then worded anew twice
    decided.given("assign_action", **A01).given("move_action", action="A01", due="2014-10-15", reason="Late.")
    again = {**A01, "due": "2014-10-15", "text": "Write to every supplier."}
    decided.given("assign_action", **{**again, "code": "A02"}, in_place_of="A01")
    decided.given("drop_action", action="A01", reason="Worded anew as LAP-A02.")
    # when
    decided.given("assign_action", **{**again, "code": "A03", "due": "2014-11-01"}, in_place_of="A02")
    # then
    action = decided.register.actions["LAP-A03"]
    assert (action.original_due, action.due, action.moves) == (date(2014, 9, 30), date(2014, 11, 1), 1)


def test_an_action_takes_the_place_of_an_open_one_of_its_own_decision(decided: Partnership) -> None:
    decided.given("assign_action", **A01).given("drop_action", action="A01", reason="Nobody needs it.")
    decided.given("add_agenda_item", meeting="B01", item=4, kind="decision", title="And another")
    decided.given("record_decision", meeting="B01", item=4, code="D02", outcome="agreed", text="That too.")
    decided.given("assign_action", **{**A01, "code": "A02", "decision": "D02"})
    for former, why in (
        ("A01", "LAP-A01 was dropped"),
        ("A02", "LAP-A02 comes from LAP-D02, not from LAP-D01"),
        ("A09", "no action LAP-A09"),
    ):
        refused = decided.refusal("assign_action", **{**A01, "code": "A03"}, in_place_of=former)
        assert refused.field == "in_place_of"
        assert refused.problem.startswith(why)


def test_its_reference_is_given_once(decided: Partnership) -> None:
    assert decided.given("assign_action", **A01).refusal("assign_action", **A01).field == "code"


def test_an_action_is_completed_with_evidence(decided: Partnership) -> None:
    decided.given("assign_action", **A01).at(date(2014, 9, 30))
    assert decided.when("complete_action", action="A01", on="2014-09-12", evidence="Letter of 11 September.") == [
        ActionCompleted(action="LAP-A01", on=date(2014, 9, 12), evidence="Letter of 11 September.")
    ]
    assert decided.effective_on == [date(2014, 9, 12)]


def test_an_action_is_completed_once(decided: Partnership) -> None:
    decided.given("assign_action", **A01).at(date(2014, 9, 30)).given(
        "complete_action", action="A01", on="2014-09-12", evidence="Letter."
    )
    refused = decided.refusal("complete_action", action="A01", on="2014-09-13", evidence="Letter.")
    assert refused.problem == "LAP-A01 was completed already, on 12 September 2014"


def test_an_unknown_action_is_refused(decided: Partnership) -> None:
    refused = decided.refusal("complete_action", action="A01", on="2014-09-12", evidence="Letter.")
    assert (refused.field, refused.problem) == ("action", "no action LAP-A01; there is no action yet")
