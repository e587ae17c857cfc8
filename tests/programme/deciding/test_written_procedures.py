"""Written procedures: decisions between meetings."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from contracts.events.board import (
    Vote,
    WrittenProcedureAnswered,
    WrittenProcedureClosed,
    WrittenProcedureOpened,
)
from contracts.events.decisions import DecisionRecorded, Outcome, RecommendationRatified, Votes
from contracts.events.effects import Effect, MoveProject
from contracts.events.projects import Stage
from tests.programme.deciding.test_decisions import APPROVE, D01, inquorate, names
from tests.programme.partnerships import (
    CHAIR,
    HACKNEY,
    HACKNEY_SUBSTITUTE,
    LMA,
    LMA_LEAD,
    OBSERVER,
    Partnership,
)

W01 = {"code": "W01", "title": "Extend", "text": "The contract is extended.", "closes": "2014-08-29T17:00"}
CLOSE = {"procedure": "W01"}
_OVER = "LAP-W01 took answers until 29 August 2014, 17:00; all that is left is to close it"
_CLOSED = "LAP-W01 has been closed; open another one for what is still to be decided"


@pytest.fixture
def opened(lap: Partnership) -> Partnership:
    return lap.given("open_written_procedure", **W01, effect=APPROVE)


def answered(lap: Partnership, **answers: str) -> Partnership:
    """Have members answer, then let the closing instant come."""
    for person, answer in answers.items():
        lap.given("answer_written_procedure", procedure="W01", person=person, answer=answer)
    lap.now = datetime(2014, 8, 29, 16, 0, tzinfo=UTC)
    return lap


def test_a_procedure_is_opened_until_a_local_instant(lap: Partnership) -> None:
    assert lap.when("open_written_procedure", **W01, effect=APPROVE) == [
        WrittenProcedureOpened(
            procedure="LAP-W01",
            title="Extend",
            text="The contract is extended.",
            closes_at=datetime(2014, 8, 29, 16, 0, tzinfo=UTC),
            effect=Effect(move_project=MoveProject(project="LAP-P02", stage=Stage.APPROVED)),
        )
    ]


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"code": "B01"}, "code", "B01 is no reference for a written procedure; write one such as W01"),
        ({"closes": "2014-04-01T09:00"}, "closes", "1 April 2014, 09:00 has passed; it is 1 April 2014, 09:00 now"),
        ({"about": "D09"}, "about", "no decision LAP-D09; there is no decision yet"),
        (
            {"effect": {"move_project": {"project": "P03", "stage": "approved"}}},
            "effect.move_project.stage",
            "LAP-P03 is at the stage idea and cannot be moved to approved",
        ),
    ],
)
def test_a_procedure_that_does_not_fit_is_refused(lap: Partnership, change, field, problem) -> None:
    refused = lap.refusal("open_written_procedure", **{**W01, **change})
    assert refused.field == field
    assert refused.problem.startswith(problem)


def test_a_member_answers(opened: Partnership) -> None:
    assert opened.when("answer_written_procedure", who=HACKNEY, procedure="W01", answer="for") == [
        WrittenProcedureAnswered(procedure="LAP-W01", person=HACKNEY, answer=Vote.FOR)
    ]


def test_an_answer_can_be_changed_until_closing(opened: Partnership) -> None:
    opened.given("answer_written_procedure", who=HACKNEY, procedure="W01", answer="for")
    opened.now = datetime(2014, 8, 29, 15, 59, 59, tzinfo=UTC)
    opened.given("answer_written_procedure", who=HACKNEY, procedure="W01", answer="against")
    assert opened.register.procedures["LAP-W01"].answers == {HACKNEY: Vote.AGAINST}


def test_no_answer_is_taken_from_the_closing_instant_on(opened: Partnership) -> None:
    answered(opened)
    refused = opened.refusal("answer_written_procedure", who=HACKNEY, procedure="W01", answer="for")
    assert (refused.field, refused.problem) == (
        "procedure",
        _OVER,
    )


@pytest.mark.parametrize(
    ("person", "problem"),
    [
        (OBSERVER, "LAP-U008 is neither a member of the board nor a substitute; only they answer"),
        ("U099", "no person LAP-U099; the directory lists who is who"),
    ],
)
def test_only_members_and_substitutes_answer(opened: Partnership, person, problem) -> None:
    refused = opened.refusal("answer_written_procedure", procedure="W01", person=person, answer="for")
    assert refused.field == "person"
    assert refused.problem.startswith(problem)


def test_a_procedure_that_passes_becomes_a_decision_and_takes_effect(opened: Partnership) -> None:
    answered(opened, U002="for", U003="for", U004="abstain")
    facts = opened.when("close_written_procedure", **CLOSE, decision="D05")
    assert facts[:2] == [
        WrittenProcedureClosed(procedure="LAP-W01", quorate=True, passed=True),
        DecisionRecorded(
            decision="LAP-D05",
            procedure="LAP-W01",
            outcome=Outcome.AGREED,
            text="The contract is extended.",
            votes=Votes(in_favour=(CHAIR, HACKNEY), abstained=(LMA,)),
            quorate=True,
            effect=Effect(move_project=MoveProject(project="LAP-P02", stage=Stage.APPROVED)),
        ),
    ]
    assert names(facts[2:]) == ["ProjectMoved", "MilestonesBaselined", "EffectCarriedOut"]
    assert opened.effective_on[-1] == date(2014, 8, 29)


def test_a_decision_without_a_given_reference_gets_the_next(opened: Partnership) -> None:
    answered(opened, U002="for", U003="for")
    assert opened.when("close_written_procedure", **CLOSE)[1].decision == "LAP-D001"


@pytest.mark.parametrize(
    ("answers", "quorate", "passed"),
    [
        ({"U002": "for", "U003": "for"}, True, True),
        ({"U002": "for", "U003": "abstain"}, True, True),
        ({"U002": "for", "U003": "against"}, True, False),
        ({"U002": "against", "U003": "for", "U004": "for"}, True, True),
        ({"U002": "abstain", "U003": "abstain"}, True, False),
        ({"U002": "for"}, False, False),
        ({}, False, False),
    ],
)
def test_it_passes_with_answers_from_a_quorum_and_a_majority_of_votes_cast(
    opened: Partnership, answers, quorate, passed
) -> None:
    answered(opened, **answers)
    closed = opened.when("close_written_procedure", **CLOSE)[0]
    assert (closed.quorate, closed.passed) == (quorate, passed)


def test_a_substitute_answers_for_a_member_of_its_partner_who_has_not(opened: Partnership) -> None:
    answered(opened, U002="for", U005="for")
    closed, decision, *_ = opened.when("close_written_procedure", **CLOSE)
    assert closed.passed
    assert decision.votes.in_favour == (CHAIR, HACKNEY_SUBSTITUTE)


def test_a_substitute_does_not_count_beside_the_member(opened: Partnership) -> None:
    answered(opened, U003="for", U005="for", U002="against")
    closed = opened.when("close_written_procedure", **CLOSE)[0]
    assert (closed.quorate, closed.passed) == (True, False)


def test_a_procedure_that_does_not_pass_has_no_effect(opened: Partnership) -> None:
    answered(opened, U002="for")
    assert names(opened.when("close_written_procedure", **CLOSE)) == ["WrittenProcedureClosed"]


def test_one_that_does_not_pass_becomes_a_decision_that_says_so_where_one_is_named(opened: Partnership) -> None:
    answered(opened, U002="against", U003="against")
    closed, decision = opened.when("close_written_procedure", **CLOSE, decision="D05")
    assert (closed.passed, decision.outcome) == (False, Outcome.NOT_AGREED)


def test_it_is_not_closed_before_its_time(opened: Partnership) -> None:
    refused = opened.refusal("close_written_procedure", **CLOSE)
    assert refused.problem == "LAP-W01 takes answers until 29 August 2014, 17:00; close it then"


def test_it_is_closed_once_and_then_takes_no_answer(opened: Partnership) -> None:
    answered(opened, U002="for", U003="for").given("close_written_procedure", **CLOSE)
    again = opened.refusal("close_written_procedure", **CLOSE)
    answer = opened.refusal("answer_written_procedure", procedure="W01", person=LMA, answer="for")
    assert again.problem == answer.problem == _CLOSED


def test_a_taken_reference_is_not_given_to_its_decision(opened: Partnership) -> None:
    answered(opened, U002="for", U003="for")
    assert opened.refusal("close_written_procedure", **CLOSE, decision="X1").field == "decision"


# -- ratifying a recommendation ----------------------------------------------------------------------------------------


@pytest.fixture
def recommended(board: Partnership) -> Partnership:
    inquorate(board)
    board.given("record_decision", **D01, effect=APPROVE).given("close_meeting", meeting="B01")
    return board.given("open_written_procedure", **W01, about="D01")


def test_a_procedure_about_a_recommendation_ratifies_it(recommended: Partnership) -> None:
    answered(recommended, U002="for", U003="for")
    facts = recommended.when("close_written_procedure", **CLOSE)
    assert facts[1] == RecommendationRatified(decision="LAP-D01", by="LAP-W01")
    assert names(facts[2:]) == ["ProjectMoved", "MilestonesBaselined", "EffectCarriedOut"]


def test_one_that_does_not_pass_leaves_it_recommended(recommended: Partnership) -> None:
    answered(recommended, U002="for", U003="against")
    assert names(recommended.when("close_written_procedure", **CLOSE)) == ["WrittenProcedureClosed"]


def test_it_becomes_no_decision_of_its_own(recommended: Partnership) -> None:
    answered(recommended, U002="for", U003="for")
    refused = recommended.refusal("close_written_procedure", **CLOSE, decision="D05")
    assert refused.problem == "LAP-W01 is about LAP-D01 and becomes none itself; leave decision out"


def test_it_has_no_effect_of_its_own(recommended: Partnership) -> None:
    refused = recommended.refusal("open_written_procedure", **{**W01, "code": "W02"}, about="D01", effect=APPROVE)
    assert refused.field == "effect"


def test_it_is_about_a_recommendation_and_nothing_else(board: Partnership) -> None:
    board.given("record_decision", **D01)
    refused = board.refusal("open_written_procedure", **W01, about="D01")
    assert refused.problem == "LAP-D01 is not a recommendation that waits to be ratified; leave about out"


def test_what_was_ratified_meanwhile_is_not_ratified_again(recommended: Partnership) -> None:
    recommended.given("open_written_procedure", **{**W01, "code": "W02"}, about="D01")
    answered(recommended, U002="for", U003="for")
    for person in ("U002", "U003"):
        recommended.now = datetime(2014, 8, 29, 12, tzinfo=UTC)
        recommended.given("answer_written_procedure", procedure="W02", person=person, answer="for")
    answered(recommended).given("close_written_procedure", **CLOSE)
    assert names(recommended.when("close_written_procedure", procedure="W02")) == ["WrittenProcedureClosed"]


def test_a_lead_who_is_no_member_has_no_answer(opened: Partnership) -> None:
    refused = opened.refusal("answer_written_procedure", who=LMA_LEAD, procedure="W01", answer="for")
    assert "may not do this (answer written procedure)" in refused.problem


@pytest.mark.parametrize("closes", ["2014-10-26T01:30", "2015-03-29T01:30"])
def test_an_hour_that_clocks_skip_or_show_twice_is_asked_about(lap: Partnership, closes: str) -> None:
    refused = lap.refusal("open_written_procedure", code="W01", title="One", text="One.", closes=closes)
    assert refused.field == "closes"
    assert "clocks in Europe/London go" in refused.problem
