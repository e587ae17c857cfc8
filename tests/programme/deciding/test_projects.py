"""Projects: proposed, brought in, moved through their stages, judged and described."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.events.projects import (
    Confidence,
    ConfidenceStated,
    HighlightWritten,
    MilestoneAdded,
    ProjectMoved,
    ProjectProposed,
    Stage,
)
from services.programme.core.deciding import AlreadyGiven
from tests.programme.partnerships import TODAY, Partnership

P07 = {"code": "P07", "title": "Exhibition", "lead": "BRE", "taking_part": ["HAC", "LMA"]}
MILESTONE = {"code": "M01", "title": "Catalogue printed", "owner": "HAC", "due": "2014-09-30"}


def test_a_proposed_project_stands_at_proposed_and_has_no_baselines(lap: Partnership) -> None:
    facts = lap.when("propose_project", **P07, milestones=[{**MILESTONE, "depends_on": ["P01-M01"]}])
    assert facts == [
        ProjectProposed(
            project="LAP-P07",
            title="Exhibition",
            purpose="",
            lead="BRE",
            taking_part=("HAC", "LMA"),
            stage=Stage.PROPOSED,
            tolerance_days=14,
        ),
        MilestoneAdded(
            milestone="LAP-P07-M01",
            title="Catalogue printed",
            owner="HAC",
            forecast=date(2014, 9, 30),
            depends_on=("LAP-P01-M01",),
        ),
    ]
    assert lap.effective_on == [TODAY, TODAY]


@pytest.mark.parametrize(
    ("stage", "baseline"),
    [
        ("idea", None),
        ("proposed", None),
        ("approved", date(2014, 9, 30)),
        ("in_delivery", date(2014, 9, 30)),
        ("closing", date(2014, 9, 30)),
        ("closed", date(2014, 9, 30)),
        ("paused", date(2014, 9, 30)),
        ("stopped", None),
    ],
)
def test_a_project_brought_in_at_approved_or_later_has_its_dates_as_baselines(
    lap: Partnership, stage, baseline
) -> None:
    project, milestone = lap.when("bring_in_project", **P07, stage=stage, milestones=[MILESTONE])
    assert (project.stage, milestone.baseline) == (stage, baseline)


def test_a_project_is_brought_in_as_an_idea_unless_the_file_says_more(lap: Partnership) -> None:
    [project] = lap.when("bring_in_project", **P07)
    assert project.stage is Stage.IDEA


def test_a_lead_partner_listed_as_taking_part_counts_once(lap: Partnership) -> None:
    [project] = lap.when("propose_project", **{**P07, "taking_part": ["BRE", "HAC", "HAC"]})
    assert project.taking_part == ("HAC",)


def test_once_the_board_has_met_a_project_is_proposed(board: Partnership) -> None:
    refused = board.refusal("bring_in_project", **P07, stage="approved")
    assert refused.problem.endswith("propose the project, and let the board approve it")
    assert len(board.when("propose_project", **P07)) == 1


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"code": "P01"}, "code", "LAP-P01 is taken and never given again; the next free one is P04"),
        ({"code": "X7"}, "code", "X7 is no reference for a project; write one such as P04"),
        ({"lead": "ZZZ"}, "lead", "no partner ZZZ; the partners are BRE, HAC, HAR, LMA"),
        ({"taking_part": ["HAC", "YYY"]}, "taking_part[1]", "no partner YYY; the partners are BRE, HAC, HAR, LMA"),
    ],
)
def test_a_project_that_does_not_fit_is_refused(lap: Partnership, change, field, problem) -> None:
    refused = lap.refusal("propose_project", **{**P07, **change})
    assert (refused.field, refused.problem) == (field, problem)


def test_a_taken_reference_is_told_apart_from_other_refusals(lap: Partnership) -> None:
    assert isinstance(lap.refusal("propose_project", **{**P07, "code": "P01"}), AlreadyGiven)


def at_stage(lap: Partnership, stage: str) -> Partnership:
    return lap.given("bring_in_project", **P07, stage=stage)


@pytest.mark.parametrize(
    ("here", "there"), [("idea", "proposed"), ("approved", "in_delivery"), ("in_delivery", "closing")]
)
def test_a_stage_that_needs_no_decision_is_entered_by_a_command(lap: Partnership, here, there) -> None:
    facts = at_stage(lap, here).when("move_project", project="P07", stage=there)
    assert facts == [ProjectMoved(project="LAP-P07", stage=Stage(there))]


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("proposed", "approved"),
        ("closing", "closed"),
        ("idea", "paused"),
        ("in_delivery", "paused"),
        ("idea", "stopped"),
    ],
)
def test_approved_paused_stopped_and_closed_need_a_decision(lap: Partnership, here, there) -> None:
    refused = at_stage(lap, here).refusal("move_project", project="P07", stage=there)
    assert refused.field == "stage"
    assert refused.problem == (
        f"moving LAP-P07 to {there} needs a decision of the board; record one with the effect move_project"
    )


@pytest.mark.parametrize("stage", list(Stage))
def test_moving_to_the_stage_where_it_stands_changes_nothing(lap: Partnership, stage) -> None:
    assert at_stage(lap, stage).when("move_project", project="P07", stage=stage) == []


@pytest.mark.parametrize(
    ("here", "there", "problem"),
    [
        ("idea", "in_delivery", "LAP-P07 is at the stage idea and cannot be moved to in_delivery; the next stage is"),
        ("in_delivery", "proposed", "LAP-P07 is at the stage in_delivery and cannot be moved to proposed; the next"),
        ("in_delivery", "closed", "the next stage is closing, unless it is paused or stopped"),
        ("closed", "closing", "LAP-P07 is closed and stays so; it cannot be moved to closing"),
        ("stopped", "proposed", "LAP-P07 is stopped and stays so; it cannot be moved to proposed"),
        ("closed", "stopped", "LAP-P07 is closed and stays so"),
        ("stopped", "paused", "LAP-P07 is stopped and stays so"),
    ],
)
def test_stages_are_not_skipped_and_what_has_ended_stays_ended(lap: Partnership, here, there, problem) -> None:
    refused = at_stage(lap, here).refusal("move_project", project="P07", stage=there)
    assert refused.field == "stage"
    assert problem in refused.problem


def test_a_project_is_judged_with_a_reason(lap: Partnership) -> None:
    facts = lap.when("state_confidence", project="P01", confidence="amber", reason="The supplier is late.")
    assert facts == [ConfidenceStated(project="LAP-P01", confidence=Confidence.AMBER, reason="The supplier is late.")]


def test_a_highlight_is_written(lap: Partnership) -> None:
    facts = lap.when("write_highlight", project="P01", progress="Ten services.", next="Twenty.", help_needed="Staff.")
    assert facts == [
        HighlightWritten(project="LAP-P01", progress="Ten services.", next="Twenty.", help_needed="Staff.")
    ]


@pytest.mark.parametrize(
    ("do", "fields"),
    [
        ("move_project", {"stage": "closing"}),
        ("state_confidence", {"confidence": "red", "reason": "It is."}),
        ("write_highlight", {"progress": "None.", "next": "None."}),
        ("add_milestone", {"code": "M01", "title": "One", "owner": "BRE", "due": "2014-09-30"}),
    ],
)
def test_what_is_said_of_a_project_that_does_not_exist_is_refused(lap: Partnership, do, fields) -> None:
    refused = lap.refusal(do, project="P09", **fields)
    assert (refused.field, refused.problem) == ("project", "no project LAP-P09; the projects are P01, P02, P03")


@pytest.mark.parametrize("length", [60, 64])
def test_a_reference_that_is_too_long_with_its_partnership_names_no_project(lap: Partnership, length: int) -> None:
    refused = lap.refusal("move_project", project="P" * length, stage="stopped")
    assert refused.field == "project"
    assert refused.problem.startswith("no project ")
