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
