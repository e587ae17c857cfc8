"""Decisions: who votes, what the votes come to, what is recommended, ratified and superseded."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.events.decisions import (
    DecisionRatifiedByPartner,
    DecisionRecorded,
    EffectCarriedOut,
    EffectRefused,
    Outcome,
    RatificationRule,
    RecommendationRatified,
    Votes,
)
from contracts.events.effects import Effect, MoveProject
from contracts.events.partners import PartnerAdmitted
from contracts.events.projects import MilestonesBaselined, ProjectMoved, Stage
from services.programme.core.deciding import AlreadyGiven
from tests.programme.partnerships import CHAIR, HACKNEY, LMA, LMA_LEAD, OBSERVER, Partnership

D01 = {"meeting": "B01", "item": 1, "code": "D01", "outcome": "agreed", "text": "So be it."}
APPROVE = {"move_project": {"project": "P02", "stage": "approved"}}
ISLINGTON = {"code": "ISL", "name": "Islington", "kind": "london_borough", "joined_on": "2014-10-01"}


def names(facts: list[object]) -> list[str]:
    return [type(fact).__name__ for fact in facts]


# -- recording ---------------------------------------------------------------------------------------------------------


def test_a_decision_is_recorded_with_how_it_was_reached(board: Partnership) -> None:
    vote = {"for": [CHAIR, HACKNEY], "against": [], "abstained": [LMA]}
    assert board.when("record_decision", **D01, reasons="Cheap.", alternatives="None.", vote=vote) == [
        DecisionRecorded(
            decision="LAP-D01",
            meeting="LAP-B01",
            item=1,
            outcome=Outcome.AGREED,
            text="So be it.",
            reasons="Cheap.",
            alternatives="None.",
            votes=Votes(in_favour=(CHAIR, HACKNEY), abstained=(LMA,)),
            quorate=True,
        )
    ]


def test_a_decision_without_a_vote_was_reached_by_consensus(board: Partnership) -> None:
    [recorded] = board.when("record_decision", **D01)
    assert recorded.votes is None


@pytest.mark.parametrize("outcome", list(Outcome))
def test_any_outcome_can_be_recorded(board: Partnership, outcome) -> None:
    [recorded] = board.when("record_decision", **{**D01, "outcome": outcome})
    assert recorded.outcome is outcome


def test_its_reference_is_given_once(board: Partnership) -> None:
    board.given("record_decision", **D01)
    refused = board.refusal("record_decision", **{**D01, "item": 2})
    assert isinstance(refused, AlreadyGiven)
    assert refused.problem == "LAP-D01 is taken and never given again; the next free one is D002"


def test_only_an_item_of_the_agenda_is_decided(board: Partnership) -> None:
    refused = board.refusal("record_decision", **{**D01, "item": 9})
    assert (refused.field, refused.problem) == ("item", "no item 9 on the agenda of LAP-B01; it has 1, 2, 3")


def test_an_item_is_decided_once(board: Partnership) -> None:
    board.given("record_decision", **D01)
    refused = board.refusal("record_decision", **{**D01, "code": "D02"})
    assert refused.field == "item"
    assert refused.problem.startswith("item 1 of LAP-B01 was decided by LAP-D01; a decision is never edited")


def test_a_deferred_item_is_decided_again(board: Partnership) -> None:
    board.given("record_decision", **{**D01, "outcome": "deferred"})
    assert names(board.when("record_decision", **{**D01, "code": "D02"})) == ["DecisionRecorded"]


def test_an_item_decided_without_a_quorum_is_decided_again(board: Partnership) -> None:
    inquorate(board)
    board.given("record_decision", **D01)
    [again] = board.when("record_decision", **{**D01, "code": "D02"})
    assert not again.quorate


# -- votes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vote", "field", "problem"),
    [
        ({"for": ["U099"]}, "vote.for[0]", "no person LAP-U099"),
        ({"for": [CHAIR, CHAIR]}, "vote.for[1]", "LAP-U002 stands in the vote twice; each has one vote"),
        ({"for": [CHAIR], "against": [CHAIR]}, "vote.against[0]", "LAP-U002 stands in the vote twice"),
        ({"for": [CHAIR], "abstained": [LMA_LEAD]}, "vote.abstained[0]", "LAP-U006 was not present at LAP-B01"),
        ({"for": [CHAIR, OBSERVER]}, "vote.for[1]", "LAP-U008 was there neither as a member of the board nor"),
    ],
)
def test_a_vote_of_somebody_without_one_is_refused(lap: Partnership, vote, field, problem) -> None:
    lap.given("schedule_meeting", code="B01", date="2014-07-17", time="14:00")
    lap.given("add_agenda_item", meeting="B01", item=1, kind="decision", title="One")
    lap.given("open_meeting", meeting="B01", present=[CHAIR, HACKNEY, LMA, OBSERVER])
    refused = lap.refusal("record_decision", **D01, vote=vote)
    assert refused.field == field
    assert refused.problem.startswith(problem)


@pytest.mark.parametrize("follows", ["speaks_no_vote", "withdraws"])
def test_whoever_has_a_conflict_does_not_vote(board: Partnership, follows) -> None:
    board.given("declare_interest", meeting="B01", item=1, person=LMA, nature="A cousin.", follows=follows)
    refused = board.refusal("record_decision", **D01, vote={"for": [CHAIR, HACKNEY, LMA]})
    assert (refused.field, refused.problem) == (
        "vote.for[2]",
        "LAP-U004 declared an interest in item 1 and has no vote on it",
    )


def test_whoever_has_an_interest_that_is_only_noted_votes(board: Partnership) -> None:
    board.given("declare_interest", meeting="B01", item=1, person=LMA, nature="A cousin.", follows="noted")
    assert len(board.when("record_decision", **D01, vote={"for": [CHAIR, HACKNEY, LMA]})) == 1


@pytest.mark.parametrize(
    ("vote", "outcome"),
    [
        ({"for": [HACKNEY, LMA], "against": [CHAIR]}, "agreed"),
        ({"for": [HACKNEY, LMA], "against": [CHAIR]}, "agreed_as_amended"),
        ({"for": [HACKNEY], "abstained": [CHAIR, LMA]}, "agreed"),
        ({"for": [CHAIR], "against": [LMA]}, "agreed"),
        ({"for": [LMA], "against": [CHAIR]}, "not_agreed"),
        ({"for": [LMA], "against": [HACKNEY], "abstained": [CHAIR]}, "not_agreed"),
        ({"abstained": [CHAIR, LMA]}, "not_agreed"),
        ({"for": [LMA], "against": [HACKNEY, CHAIR]}, "deferred"),
        ({"for": [LMA, HACKNEY], "against": [CHAIR]}, "deferred"),
    ],
)
def test_a_majority_of_the_votes_cast_decides_and_on_a_tie_the_chair(board: Partnership, vote, outcome) -> None:
    assert len(board.when("record_decision", **{**D01, "outcome": outcome}, vote=vote)) == 1


@pytest.mark.parametrize(
    ("vote", "outcome", "problem"),
    [
        (
            {"for": [CHAIR], "against": [HACKNEY, LMA]},
            "agreed",
            (
                "the vote was 1 for, 2 against, 0 abstained: a majority against; so it was not carried, "
                "and the outcome is not_agreed"
            ),
        ),
        (
            {"for": [LMA], "against": [CHAIR]},
            "agreed",
            (
                "the vote was 1 for, 1 against, 0 abstained: a tie, which the chair's casting vote against decides; "
                "so it was not carried, and the outcome is not_agreed"
            ),
        ),
        (
            {"for": [LMA], "against": [HACKNEY], "abstained": [CHAIR]},
            "agreed_as_amended",
            "a tie, and the chair, whose vote would decide it, did not vote for or against",
        ),
        ({"abstained": [CHAIR, HACKNEY]}, "agreed", "nobody voted for or against (0 for, 0 against, 2 abstained)"),
        ({"for": [CHAIR, LMA]}, "not_agreed", "the vote was 2 for, 0 against, 0 abstained: a majority for"),
        (
            {"for": [CHAIR], "against": [LMA]},
            "not_agreed",
            (
                "a tie, which the chair's casting vote for decides; so it was carried, and the outcome is agreed or "
                "agreed_as_amended"
            ),
        ),
    ],
)
def test_an_outcome_that_is_not_that_of_the_votes_is_refused(board: Partnership, vote, outcome, problem) -> None:
    refused = board.refusal("record_decision", **{**D01, "outcome": outcome}, vote=vote)
    assert refused.field == "outcome"
    assert problem in refused.problem


# -- effects -----------------------------------------------------------------------------------------------------------


def test_an_agreed_effect_is_carried_out_with_the_decision(board: Partnership) -> None:
    facts = board.when("record_decision", **D01, effect=APPROVE)
    assert facts == [
        DecisionRecorded(
            decision="LAP-D01",
            meeting="LAP-B01",
            item=1,
            outcome=Outcome.AGREED,
            text="So be it.",
            quorate=True,
            effect=Effect(move_project=MoveProject(project="LAP-P02", stage=Stage.APPROVED)),
        ),
        ProjectMoved(project="LAP-P02", stage=Stage.APPROVED, decision="LAP-D01"),
        MilestonesBaselined(
            project="LAP-P02",
            baselines={"LAP-P02-M01": date(2014, 7, 31), "LAP-P02-M02": date(2014, 12, 19)},
            decision="LAP-D01",
        ),
        EffectCarriedOut(decision="LAP-D01"),
    ]


@pytest.mark.parametrize("outcome", ["not_agreed", "deferred", "noted"])
def test_the_effect_of_what_was_not_agreed_is_not_carried_out(board: Partnership, outcome) -> None:
    assert names(board.when("record_decision", **{**D01, "outcome": outcome}, effect=APPROVE)) == ["DecisionRecorded"]


def test_an_effect_that_cannot_be_carried_out_is_refused_with_its_decision(board: Partnership) -> None:
    refused = board.refusal("record_decision", **D01, effect={"move_project": {"project": "P03", "stage": "approved"}})
    assert refused.field == "effect.move_project.stage"
    assert refused.problem.startswith("LAP-P03 is at the stage idea and cannot be moved to approved; the next stage is")


# -- recommendations ---------------------------------------------------------------------------------------------------


def inquorate(lap: Partnership) -> None:
    """Have two of three members withdraw from item 1."""
    for person in (HACKNEY, LMA):
        lap.given("declare_interest", meeting="B01", item=1, person=person, nature="A cousin.", follows="withdraws")


def recommended(lap: Partnership, about: str = "D01", **fields: object) -> Partnership:
    """Have D01 recommended on item 1, and an item about it on the agenda of B02, which is in progress."""
    inquorate(lap)
    lap.given("record_decision", **D01, **fields)
    lap.given("close_meeting", meeting="B01")
    lap.given("schedule_meeting", code="B02", date="2014-10-16", time="14:00")
    lap.given("add_agenda_item", meeting="B02", item=1, kind="decision", title="Ratify", about=about)
    lap.given("add_agenda_item", meeting="B02", item=2, kind="decision", title="Another")
    return lap.at(date(2014, 10, 16)).given("open_meeting", meeting="B02", present=[CHAIR, HACKNEY, LMA])


RATIFY = {"meeting": "B02", "item": 1, "code": "D02", "outcome": "agreed", "text": "Ratified."}


def test_without_a_quorum_a_decision_only_recommends(board: Partnership) -> None:
    inquorate(board)
    [recorded] = board.when("record_decision", **D01, effect=APPROVE)
    assert not recorded.quorate
    assert recorded.effect is not None


def test_even_a_recommended_effect_must_be_one_that_can_be_carried_out(board: Partnership) -> None:
    inquorate(board)
    assert board.refusal(
        "record_decision", **D01, effect={"move_project": {"project": "P09", "stage": "idea"}}
    ).field == ("effect.move_project.project")


def test_a_later_quorate_decision_about_it_ratifies_a_recommendation(board: Partnership) -> None:
    recommended(board, effect=APPROVE)
    facts = board.when("record_decision", **RATIFY)
    assert names(facts) == [
        "DecisionRecorded",
        "RecommendationRatified",
        "ProjectMoved",
        "MilestonesBaselined",
        "EffectCarriedOut",
    ]
    assert facts[1] == RecommendationRatified(decision="LAP-D01", by="LAP-D02")
    assert facts[2] == ProjectMoved(project="LAP-P02", stage=Stage.APPROVED, decision="LAP-D01")
    assert board.effective_on == [date(2014, 10, 16)] * 5


@pytest.mark.parametrize("outcome", ["not_agreed", "deferred", "noted"])
def test_what_is_not_agreed_ratifies_nothing(board: Partnership, outcome) -> None:
    recommended(board, effect=APPROVE)
    assert names(board.when("record_decision", **{**RATIFY, "outcome": outcome})) == ["DecisionRecorded"]


def test_a_decision_on_another_item_ratifies_nothing(board: Partnership) -> None:
    recommended(board, effect=APPROVE)
    assert names(board.when("record_decision", **{**RATIFY, "item": 2})) == ["DecisionRecorded"]


def test_an_inquorate_decision_ratifies_nothing(board: Partnership) -> None:
    recommended(board, effect=APPROVE)
    for person in (HACKNEY, LMA):
        board.given("declare_interest", meeting="B02", item=1, person=person, nature="Again.", follows="withdraws")
    assert names(board.when("record_decision", **RATIFY)) == ["DecisionRecorded"]


def test_what_has_been_ratified_is_carried_out_once(board: Partnership) -> None:
    recommended(board, effect=APPROVE)
    board.given("record_decision", **RATIFY)
    board.given("add_agenda_item", meeting="B02", item=3, kind="decision", title="Again", about="D01")
    assert names(board.when("record_decision", **{**RATIFY, "item": 3, "code": "D03"})) == ["DecisionRecorded"]


def test_an_effect_that_can_no_longer_be_carried_out_is_refused_in_words(board: Partnership) -> None:
    recommended(board, effect={"admit_partner": ISLINGTON})
    board.given("admit_partner", **ISLINGTON)
    facts = board.when("record_decision", **RATIFY)
    assert facts[2] == EffectRefused(
        decision="LAP-D01", reason="ISL is the code of Islington, and codes are never reused; choose another one"
    )


def test_a_ratifying_decision_with_the_same_effect_carries_it_out_once(board: Partnership) -> None:
    recommended(board, effect={"admit_partner": ISLINGTON})
    facts = board.when("record_decision", **RATIFY, effect={"admit_partner": ISLINGTON})
    assert names(facts) == [
        "DecisionRecorded",
        "RecommendationRatified",
        "PartnerAdmitted",
        "EffectCarriedOut",
        "EffectCarriedOut",
    ]


def test_the_second_of_two_effects_sees_what_the_first_brought_about(board: Partnership) -> None:
    recommended(board, effect=APPROVE)
    baseline = {"set_baseline": {"project": "P02", "milestones": {"P02-M01": "2014-08-31"}}}
    facts = board.when("record_decision", **RATIFY, effect=baseline)
    assert [fact.baselines["LAP-P02-M01"] for fact in facts if isinstance(fact, MilestonesBaselined)] == [
        date(2014, 7, 31),
        date(2014, 8, 31),
    ]


def test_an_effect_that_the_one_before_it_prevents_is_refused_in_words(board: Partnership) -> None:
    recommended(board, effect={"move_project": {"project": "P02", "stage": "stopped"}})
    facts = board.when("record_decision", **RATIFY, effect=APPROVE)
    assert facts[-1] == EffectRefused(
        decision="LAP-D02", reason="LAP-P02 is stopped and stays so; it cannot be moved to approved"
    )


def test_a_recommended_decision_about_another_recommended_one_ratifies_both(board: Partnership) -> None:
    recommended(board, effect=APPROVE)
    for person in (HACKNEY, LMA):
        board.given("declare_interest", meeting="B02", item=1, person=person, nature="Again.", follows="withdraws")
    board.given("record_decision", **RATIFY)
    board.given("add_agenda_item", meeting="B02", item=3, kind="decision", title="Once more", about="D02")
    facts = board.when("record_decision", **{**RATIFY, "item": 3, "code": "D03"})
    assert [(fact.decision, fact.by) for fact in facts if isinstance(fact, RecommendationRatified)] == [
        ("LAP-D02", "LAP-D03"),
        ("LAP-D01", "LAP-D02"),
    ]
    assert names(facts)[-1] == "EffectCarriedOut"


# -- ratification by partners ------------------------------------------------------------------------------------------

TWO_OF_THREE = {"partners": ["BRE", "HAC", "LMA"], "needed": 2}


def test_a_decision_that_partners_must_ratify_waits_for_them(board: Partnership) -> None:
    [recorded] = board.when("record_decision", **D01, effect=APPROVE, ratified_by=TWO_OF_THREE)
    assert recorded.ratified_by == RatificationRule(partners=("BRE", "HAC", "LMA"), needed=2)


def test_it_takes_effect_when_as_many_as_needed_have_ratified(board: Partnership) -> None:
    board.given("record_decision", **D01, effect=APPROVE, ratified_by=TWO_OF_THREE).at(date(2014, 9, 30))
    first = board.when("ratify_decision", decision="D01", partner="HAC", on="2014-09-15")
    board.given("ratify_decision", decision="D01", partner="HAC", on="2014-09-15")
    second = board.when("ratify_decision", decision="D01", partner="BRE", on="2014-09-01")
    assert first == [DecisionRatifiedByPartner(decision="LAP-D01", partner="HAC", on=date(2014, 9, 15))]
    assert names(second) == [
        "DecisionRatifiedByPartner",
        "ProjectMoved",
        "MilestonesBaselined",
        "EffectCarriedOut",
    ]
    assert board.effective_on == [date(2014, 9, 1), *[date(2014, 9, 15)] * 3]


def test_it_takes_effect_once_however_many_ratify(board: Partnership) -> None:
    board.given("record_decision", **D01, effect=APPROVE, ratified_by=TWO_OF_THREE).at(date(2014, 9, 30))
    for partner in ("HAC", "BRE"):
        board.given("ratify_decision", decision="D01", partner=partner, on="2014-09-15")
    assert names(board.when("ratify_decision", decision="D01", partner="LMA", on="2014-09-20")) == [
        "DecisionRatifiedByPartner"
    ]


def test_an_effect_that_time_has_overtaken_is_refused_in_words(board: Partnership) -> None:
    board.given(
        "record_decision", **D01, effect={"admit_partner": ISLINGTON}, ratified_by={"partners": ["BRE"], "needed": 1}
    )
    board.given("admit_partner", **ISLINGTON)
    facts = board.when("ratify_decision", decision="D01", partner="BRE", on="2014-07-15")
    assert names(facts) == ["DecisionRatifiedByPartner", "EffectRefused"]


def test_a_recommendation_waits_for_the_board_as_well_as_for_partners(board: Partnership) -> None:
    recommended(board, effect=APPROVE, ratified_by={"partners": ["BRE"], "needed": 1})
    alone = board.when("ratify_decision", decision="D01", partner="BRE", on="2014-07-15")
    board_alone = board.when("record_decision", **RATIFY)
    board.given("ratify_decision", decision="D01", partner="BRE", on="2014-07-15")
    both = board.when("record_decision", **RATIFY)
    assert names(alone) == ["DecisionRatifiedByPartner"]
    assert names(board_alone) == ["DecisionRecorded", "RecommendationRatified"]
    assert names(both)[-1] == "EffectCarriedOut"


def test_a_ratifying_decision_that_partners_must_ratify_ratifies_when_they_have(board: Partnership) -> None:
    recommended(board, effect=APPROVE)
    board.given("record_decision", **RATIFY, ratified_by={"partners": ["BRE"], "needed": 1})
    facts = board.when("ratify_decision", decision="D02", partner="BRE", on="2014-10-10")
    assert names(facts)[:2] == ["DecisionRatifiedByPartner", "RecommendationRatified"]
    assert names(facts)[-1] == "EffectCarriedOut"


@pytest.mark.parametrize(
    ("fields", "field", "problem"),
    [
        ({"partner": "HAR"}, "partner", "LAP-D01 is ratified by BRE, HAC, LMA, not by HAR"),
        ({"partner": "ZZZ"}, "partner", "no partner ZZZ; the partners are BRE, HAC, HAR, LMA"),
        ({"partner": "BRE"}, "partner", "BRE has ratified LAP-D01 already, on 11 July 2014"),
        ({"decision": "D09", "partner": "BRE"}, "decision", "no decision LAP-D09; the decisions are D01, D02, D03"),
        ({"decision": "D02", "partner": "BRE"}, "decision", "LAP-D02 needs no ratification by partners"),
        ({"decision": "D03", "partner": "BRE"}, "decision", "LAP-D03 was not agreed; there is nothing to ratify"),
    ],
)
def test_a_ratification_that_was_not_asked_for_is_refused(board: Partnership, fields, field, problem) -> None:
    board.given("record_decision", **D01, ratified_by=TWO_OF_THREE)
    board.given("record_decision", **{**D01, "item": 2, "code": "D02"})
    board.given(
        "record_decision", **{**D01, "item": 3, "code": "D03", "outcome": "not_agreed"}, ratified_by=TWO_OF_THREE
    )
    board.given("ratify_decision", decision="D01", partner="BRE", on="2014-07-11")
    refused = board.refusal("ratify_decision", **{"decision": "D01", "on": "2014-07-15", **fields})
    assert (refused.field, refused.problem) == (field, problem)


@pytest.mark.parametrize(
    ("rule", "field", "problem"),
    [
        ({"partners": ["ZZZ"], "needed": 1}, "ratified_by.partners[0]", "no partner ZZZ"),
        ({"partners": ["BRE", "BRE"], "needed": 2}, "ratified_by.needed", "2 cannot ratify, as 1 are named"),
    ],
)
def test_a_rule_that_cannot_be_fulfilled_is_refused(board: Partnership, rule, field, problem) -> None:
    refused = board.refusal("record_decision", **D01, ratified_by=rule)
    assert refused.field == field
    assert refused.problem.startswith(problem)


# -- superseding -------------------------------------------------------------------------------------------------------

SUPERSEDING = {**D01, "item": 2, "code": "D02", "supersedes": "D01"}


def test_a_later_decision_supersedes_an_earlier_one_and_both_say_so(board: Partnership) -> None:
    board.given("record_decision", **D01).given("record_decision", **SUPERSEDING)
    assert board.register.decisions["LAP-D02"].supersedes == "LAP-D01"
    assert board.register.decisions["LAP-D01"].superseded_by == "LAP-D02"


def test_a_decision_is_superseded_once(board: Partnership) -> None:
    board.given("record_decision", **D01).given("record_decision", **SUPERSEDING)
    refused = board.refusal("record_decision", **{**SUPERSEDING, "item": 3, "code": "D03"})
    assert refused.field == "supersedes"
    assert refused.problem == "LAP-D01 has been superseded already, by LAP-D02; supersede that"


def test_only_a_decision_that_was_recorded_is_superseded(board: Partnership) -> None:
    refused = board.refusal("record_decision", **{**D01, "supersedes": "D01"})
    assert (refused.field, refused.problem) == ("supersedes", "no decision LAP-D01; there is no decision yet")


def test_a_superseded_decision_is_not_ratified_any_more(board: Partnership) -> None:
    board.given("record_decision", **D01, ratified_by=TWO_OF_THREE).given("record_decision", **SUPERSEDING)
    refused = board.refusal("ratify_decision", decision="D01", partner="BRE", on="2014-07-15")
    assert refused.problem == "LAP-D01 was superseded by LAP-D02; ratify that one"


def test_a_recommendation_supersedes_nothing_until_it_is_ratified(board: Partnership) -> None:
    board.given("record_decision", **{**D01, "item": 2, "code": "D07"})
    recommended(board, supersedes="D07")
    assert board.register.decisions["LAP-D07"].superseded_by is None
    board.given("record_decision", **RATIFY)
    assert board.register.decisions["LAP-D07"].superseded_by == "LAP-D01"


def test_an_effect_is_carried_out_as_of_the_day_of_the_meeting(board: Partnership) -> None:
    board.given("record_decision", **D01, effect={"admit_partner": ISLINGTON})
    assert board.register.partners["ISL"].joined_on == date(2014, 10, 1)
    admitted = next(each for each in board.decided if isinstance(each.fact, PartnerAdmitted))
    assert admitted.effective_on == date(2014, 10, 1)
    assert board.decided[-1].effective_on == date(2014, 7, 17)
