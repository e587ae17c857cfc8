"""What each effect consists of, and why it can be refused."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.events.commitments import (
    AttestationMeasure,
    CommitmentAgreed,
    CommitmentWithdrawn,
    DerogationGranted,
    PeriodKind,
)
from contracts.events.decisions import EffectCarriedOut
from contracts.events.partners import PartnerAdmitted, PartnerKind, PartnerLeft
from contracts.events.projects import MilestonesBaselined, ProjectMoved, Stage
from services.programme.core.deciding import NewEvent
from tests.programme.partnerships import CHAIR, HACKNEY, Partnership

D01 = {"meeting": "B01", "item": 1, "code": "D01", "outcome": "agreed", "text": "So be it."}
C7 = {
    "code": "C7",
    "title": "Take part",
    "core": True,
    "in_force_from": "2014-10-01",
    "period": "quarter",
    "measure": {"kind": "attestation"},
}


@pytest.mark.parametrize(
    ("effect", "facts"),
    [
        (
            {"move_project": {"project": "P01", "stage": "paused"}},
            [ProjectMoved(project="LAP-P01", stage=Stage.PAUSED, decision="LAP-D01")],
        ),
        ({"move_project": {"project": "P01", "stage": "in_delivery"}}, []),
        (
            {"set_baseline": {"project": "P01", "milestones": {"P01-M02": "2015-01-30"}}},
            [MilestonesBaselined(project="LAP-P01", baselines={"LAP-P01-M02": date(2015, 1, 30)}, decision="LAP-D01")],
        ),
        (
            {"set_baseline": {"project": "P01"}},
            [
                MilestonesBaselined(
                    project="LAP-P01",
                    baselines={"LAP-P01-M01": date(2014, 7, 31), "LAP-P01-M02": date(2014, 12, 19)},
                    decision="LAP-D01",
                )
            ],
        ),
        (
            {"adopt_commitment": C7},
            [
                CommitmentAgreed(
                    commitment="LAP-C7",
                    title="Take part",
                    text="",
                    core=True,
                    in_force_from=date(2014, 10, 1),
                    period=PeriodKind.QUARTER,
                    measure=AttestationMeasure(kind="attestation"),
                    decision="LAP-D01",
                )
            ],
        ),
        (
            {"withdraw_commitment": {"commitment": "C1", "on": "2015-04-01"}},
            [CommitmentWithdrawn(commitment="LAP-C1", withdrawn_on=date(2015, 4, 1), decision="LAP-D01")],
        ),
        (
            {"grant_derogation": {"commitment": "C1", "partner": "HAR", "periods": ["2014-15 Q2", "2014-15 Q3"]}},
            [
                DerogationGranted(
                    commitment="LAP-C1", partner="HAR", periods=("2014-15 Q2", "2014-15 Q3"), decision="LAP-D01"
                )
            ],
        ),
        (
            {"admit_partner": {"code": "ISL", "name": "Islington", "kind": "other", "joined_on": "2014-10-01"}},
            [
                PartnerAdmitted(
                    partner="ISL",
                    name="Islington",
                    kind=PartnerKind.OTHER,
                    joined_on=date(2014, 10, 1),
                    decision="LAP-D01",
                )
            ],
        ),
        (
            {"record_partner_leaving": {"partner": "HAR", "left_on": "2015-01-01"}},
            [PartnerLeft(partner="HAR", left_on=date(2015, 1, 1), decision="LAP-D01")],
        ),
    ],
)
def test_an_effect_is_carried_out_by_the_system(board: Partnership, effect, facts) -> None:
    recorded, *rest = board.when("record_decision", **D01, effect=effect)
    assert recorded.effect.name == next(iter(effect))
    assert rest == [*facts, EffectCarriedOut(decision="LAP-D01")]


@pytest.mark.parametrize(
    ("effect", "field", "problem"),
    [
        ({"move_project": {"project": "P09", "stage": "paused"}}, "move_project.project", "no project LAP-P09"),
        (
            {"set_baseline": {"project": "P01", "milestones": {"P01-M09": "2015-01-30"}}},
            "set_baseline.milestones.LAP-P01-M09",
            "no milestone LAP-P01-M09; project LAP-P01 has M01, M02",
        ),
        (
            {"set_baseline": {"project": "P01", "milestones": {"P02-M01": "2015-01-30"}}},
            "set_baseline.milestones.LAP-P02-M01",
            "LAP-P02-M01 is a milestone of LAP-P02, not of LAP-P01",
        ),
        ({"set_baseline": {"project": "P01", "milestones": {}}}, "set_baseline.milestones", "no milestone is named"),
        ({"set_baseline": {"project": "P04"}}, "set_baseline.project", "LAP-P04 has no milestones"),
        ({"adopt_commitment": {**C7, "code": "C1"}}, "adopt_commitment.code", "LAP-C1 is taken and never given again"),
        (
            {"adopt_commitment": {**C7, "period": "once"}},
            "adopt_commitment.by",
            "a commitment that falls due once needs",
        ),
        (
            {"adopt_commitment": {**C7, "period": "year", "measure": {"kind": "return_on_time"}}},
            "adopt_commitment.period",
            "return_on_time goes with the period quarter alone",
        ),
        (
            {"withdraw_commitment": {"commitment": "C9", "on": "2015-04-01"}},
            "withdraw_commitment.commitment",
            "no commitment LAP-C9",
        ),
        (
            {"grant_derogation": {"commitment": "C1", "partner": "ZZZ", "periods": ["2014-15 Q2"]}},
            "grant_derogation.partner",
            "no partner ZZZ",
        ),
        (
            {"grant_derogation": {"commitment": "C1", "partner": "HAR", "periods": ["2014-15 Q2", "2014-15"]}},
            "grant_derogation.periods[1]",
            "'2014-15' is not a quarter; write one as '2014-15 Q2'; LAP-C1 falls due every quarter",
        ),
        (
            {"grant_derogation": {"commitment": "C4", "partner": "HAR", "periods": ["2014-15 Q2"]}},
            "grant_derogation.periods[0]",
            "LAP-C4 falls due once; its period is written 'once'",
        ),
        (
            {"admit_partner": {"code": "BRE", "name": "Brent", "kind": "other", "joined_on": "2014-10-01"}},
            "admit_partner.code",
            "BRE is the code of Name of BRE",
        ),
        (
            {"record_partner_leaving": {"partner": "HAR", "left_on": "2014-03-31"}},
            "record_partner_leaving.left_on",
            "HAR joined on 1 April 2014 and cannot leave before",
        ),
    ],
)
def test_an_effect_that_cannot_be_carried_out_says_where_and_why(board: Partnership, effect, field, problem) -> None:
    board.given("propose_project", code="P04", title="Empty", lead="BRE")
    approved = ProjectMoved(project="LAP-P04", stage=Stage.APPROVED, decision="LAP-D00")
    board.happened(NewEvent(approved, date(2014, 7, 17)))
    refused = board.refusal("record_decision", **D01, effect=effect)
    assert refused.field == f"effect.{field}"
    assert refused.problem.startswith(problem)


def test_a_commitment_is_withdrawn_once(board: Partnership) -> None:
    effect = {"withdraw_commitment": {"commitment": "C1", "on": "2015-04-01"}}
    board.given("record_decision", **D01, effect=effect)
    refused = board.refusal("record_decision", **{**D01, "item": 2, "code": "D02"}, effect=effect)
    assert refused.problem == "LAP-C1 has been withdrawn already, from 1 April 2015"


@pytest.mark.parametrize(("before", "by_decision"), [("approved", True), ("in_delivery", False), ("closing", False)])
def test_a_paused_project_goes_back_to_the_stage_before(lap: Partnership, before, by_decision) -> None:
    lap.given("bring_in_project", code="P07", title="Seven", lead="BRE", stage=before)
    move(lap, "paused")
    if by_decision:
        assert "needs a decision" in lap.refusal("move_project", project="P07", stage=before).problem
        move(lap, before)
    else:
        lap.given("move_project", project="P07", stage=before)
    assert lap.register.projects["LAP-P07"].stage == before


def test_a_paused_project_goes_nowhere_else(lap: Partnership) -> None:
    lap.given("bring_in_project", code="P07", title="Seven", lead="BRE", stage="in_delivery")
    move(lap, "paused")
    refused = lap.refusal("move_project", project="P07", stage="closing")
    assert refused.problem == (
        "LAP-P07 is paused and cannot be moved to closing; it goes back to in_delivery, or it is stopped"
    )


def test_approval_leaves_the_baselines_that_are_there(board: Partnership) -> None:
    baselined = MilestonesBaselined(project="LAP-P02", baselines={"LAP-P02-M01": date(2014, 8, 31)})
    board.happened(NewEvent(baselined, date(2014, 7, 17)))  # as a log of before this rule may have it
    facts = board.when("record_decision", **D01, effect={"move_project": {"project": "P02", "stage": "approved"}})
    assert facts[2].baselines == {"LAP-P02-M02": date(2014, 12, 19)}


def move(lap: Partnership, stage: str) -> None:
    """Have the board, which then rises, move P07."""
    number = len(lap.register.meetings) + 1
    meeting = f"B{number:02}"
    lap.given("schedule_meeting", code=meeting, date="2014-07-17", time="14:00")
    lap.given("add_agenda_item", meeting=meeting, item=1, kind="decision", title="Move it")
    lap.given("open_meeting", meeting=meeting, present=["U002", "U003", "U004"])
    effect = {"move_project": {"project": "P07", "stage": stage}}
    lap.given("record_decision", **{**D01, "meeting": meeting, "code": f"D{number:02}"}, effect=effect)
    lap.given("close_meeting", meeting=meeting)


@pytest.mark.parametrize("stage", ["idea", "proposed", "stopped"])
@pytest.mark.parametrize("milestones", [{}, {"milestones": {"P07-M01": "2014-11-01"}}])
def test_a_project_that_was_never_approved_has_no_baseline_to_set(lap: Partnership, stage: str, milestones) -> None:
    milestone = {"code": "M01", "title": "First", "owner": "LMA", "due": "2014-12-01"}
    lap.given("bring_in_project", code="P07", title="New", lead="LMA", stage=stage, milestones=[milestone])
    refused = in_meeting(lap).refusal(
        "record_decision", **D01, effect={"set_baseline": {"project": "P07", **milestones}}
    )
    assert refused.field == "effect.set_baseline.project"
    assert refused.problem == (
        "LAP-P07 was never approved, so no baseline can be set; approve the project: its forecasts become its baseline"
    )


def test_a_project_that_was_proposed_and_paused_was_never_approved(lap: Partnership) -> None:
    in_meeting(lap).given("record_decision", **D01, effect={"move_project": {"project": "P02", "stage": "paused"}})
    lap.given("move_project", project="P02", stage="proposed")
    effect = {"set_baseline": {"project": "P02"}}
    assert (
        "was never approved"
        in lap.refusal("record_decision", **{**D01, "item": 2, "code": "D02"}, effect=effect).problem
    )


@pytest.mark.parametrize("stage", ["approved", "in_delivery", "closing", "paused"])
def test_a_project_that_began_as_approved_or_later_has_one(lap: Partnership, stage: str) -> None:
    milestone = {"code": "M01", "title": "First", "owner": "LMA", "due": "2014-12-01"}
    lap.given("bring_in_project", code="P07", title="New", lead="LMA", stage=stage, milestones=[milestone])
    facts = in_meeting(lap).when("record_decision", **D01, effect={"set_baseline": {"project": "P07"}})
    assert EffectCarriedOut(decision="LAP-D01") in facts


def in_meeting(lap: Partnership) -> Partnership:
    """Have the board meet with two items to decide."""
    lap.given("schedule_meeting", code="B01", date="2014-07-17", time="14:00")
    for item in (1, 2):
        lap.given("add_agenda_item", meeting="B01", item=item, kind="decision", title=f"Item {item}")
    lap.at(lap.register.meetings["LAP-B01"].date, 13)
    return lap.given("open_meeting", meeting="B01", present=[CHAIR, HACKNEY])
