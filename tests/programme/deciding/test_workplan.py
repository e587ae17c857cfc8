"""Milestones: added, re-forecast, done; they never depend on each other in a circle."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.events.projects import MilestoneAdded, MilestoneCompleted, MilestoneReforecast
from services.programme.core.commands import COMMANDS
from services.programme.core.deciding import AlreadyGiven, Context, Refused, decide
from services.programme.core.forward_references import brought_in
from tests.programme.partnerships import SECRETARY, START, Partnership, london

M03 = {"project": "P01", "code": "M03", "title": "Third", "owner": "HAC", "due": "2015-03-31"}


@pytest.fixture
def lap() -> Partnership:
    """The partnership half a year on: what is said to have happened has come."""
    return london().at(date(2014, 10, 31))


@pytest.mark.parametrize("code", ["M03", "P01-M03", "LAP-P01-M03"])
def test_a_milestone_is_added_without_a_baseline(lap: Partnership, code) -> None:
    facts = lap.when("add_milestone", **{**M03, "code": code}, person="U004", depends_on=["P01-M02", "P02-M01"])
    assert facts == [
        MilestoneAdded(
            milestone="LAP-P01-M03",
            title="Third",
            owner="HAC",
            person="LAP-U004",
            forecast=date(2015, 3, 31),
            depends_on=("LAP-P01-M02", "LAP-P02-M01"),
        )
    ]


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"code": "M01"}, "code", "LAP-P01-M01 is taken and never given again; write one such as M03"),
        ({"code": "P02-M03"}, "code", "P02-M03 is no reference for a milestone of LAP-P01; write one such as M03"),
        ({"owner": "ZZZ"}, "owner", "no partner ZZZ; the partners are BRE, HAC, HAR, LMA"),
        ({"person": "U099"}, "person", "no person LAP-U099; the directory lists who is who"),
        ({"depends_on": ["P01-M09"]}, "depends_on[0]", "no milestone LAP-P01-M09; project LAP-P01 has M01, M02"),
        (
            {"depends_on": ["P01-M01", "P09-M01"]},
            "depends_on[1]",
            "no milestone LAP-P09-M01: there is no project LAP-P09; the projects are P01, P02, P03",
        ),
    ],
)
def test_a_milestone_that_does_not_fit_is_refused(lap: Partnership, change, field, problem) -> None:
    refused = lap.refusal("add_milestone", **{**M03, **change})
    assert refused.field == field
    assert problem in refused.problem


def test_a_taken_reference_is_told_apart(lap: Partnership) -> None:
    assert isinstance(lap.refusal("add_milestone", **{**M03, "code": "M01"}), AlreadyGiven)


def test_a_milestone_does_not_depend_on_itself(lap: Partnership) -> None:
    refused = lap.refusal("add_milestone", **M03, depends_on=["P01-M03"])
    assert refused.problem == ("milestones cannot depend on each other in a circle: LAP-P01-M03 → LAP-P01-M03")


def test_milestones_of_one_project_do_not_depend_on_each_other_in_a_circle(lap: Partnership) -> None:
    milestones = [
        {"code": "M01", "title": "One", "owner": "BRE", "due": "2014-09-30", "depends_on": ["P07-M03"]},
        {"code": "M02", "title": "Two", "owner": "BRE", "due": "2014-09-30", "depends_on": ["P07-M01", "P01-M01"]},
        {"code": "M03", "title": "Three", "owner": "BRE", "due": "2014-09-30", "depends_on": ["P07-M02"]},
    ]
    refused = lap.refusal("propose_project", code="P07", title="Seven", lead="BRE", milestones=milestones)
    assert refused.field == "milestones[0].depends_on"
    assert "LAP-P07-M01 → LAP-P07-M03 → LAP-P07-M02 → LAP-P07-M01" in refused.problem


def test_a_milestone_code_stands_once_in_a_project(lap: Partnership) -> None:
    milestone = {"code": "M01", "title": "One", "owner": "BRE", "due": "2014-09-30"}
    refused = lap.refusal(
        "propose_project",
        code="P07",
        title="Seven",
        lead="BRE",
        milestones=[milestone, {**milestone, "code": "P07-M01"}],
    )
    assert refused.field == "milestones[1].code"
    assert refused.problem == "LAP-P07-M01 stands here twice; give each milestone its own code"


def project(code: str, *depends_on: str) -> dict[str, object]:
    milestone = {"code": "M01", "title": "One", "owner": "BRE", "due": "2014-09-30", "depends_on": depends_on}
    return {"code": code, "title": code, "lead": "BRE", "milestones": [milestone]}


def bring_in(lap: Partnership, *projects: dict[str, object]) -> None:
    commands = [COMMANDS["bring_in_project"].model_validate(each) for each in projects]
    context = Context(SECRETARY, START, brought_in("LAP", commands))
    for command in commands:
        lap.happened(*decide(lap.register, command, context))


def test_a_project_of_a_file_may_depend_on_one_that_stands_further_down(lap: Partnership) -> None:
    bring_in(lap, project("P07", "P08-M01"), project("P08"))
    assert lap.register.milestones["LAP-P07-M01"].depends_on == ("LAP-P08-M01",)


def test_nor_do_milestones_of_several_projects_depend_on_each_other_in_a_circle(lap: Partnership) -> None:
    with pytest.raises(Refused) as refused:
        bring_in(lap, project("P07", "P09-M01"), project("P08", "P07-M01"), project("P09", "P08-M01"))
    assert "LAP-P09-M01 → LAP-P08-M01 → LAP-P07-M01 → LAP-P09-M01" in refused.value.problem


def test_a_forecast_changes_with_a_reason(lap: Partnership) -> None:
    facts = lap.when("reforecast_milestone", milestone="P01-M02", forecast="2015-01-30", reason="Staff left.")
    assert facts == [MilestoneReforecast(milestone="LAP-P01-M02", forecast=date(2015, 1, 30), reason="Staff left.")]


def test_a_forecast_is_not_changed_to_what_it_is(lap: Partnership) -> None:
    refused = lap.refusal("reforecast_milestone", milestone="P01-M02", forecast="2014-12-19", reason="None.")
    assert refused.field == "forecast"
    assert refused.problem == "LAP-P01-M02 is forecast for 19 December 2014 already; give another date"


def test_a_milestone_is_done_on_the_day_that_is_named(lap: Partnership) -> None:
    facts = lap.when("complete_milestone", milestone="P01-M01", on="2014-07-30")
    assert facts == [MilestoneCompleted(milestone="LAP-P01-M01", actual=date(2014, 7, 30))]
    assert lap.effective_on == [date(2014, 7, 30)]


def test_a_milestone_is_done_once_and_then_has_no_forecast(lap: Partnership) -> None:
    lap.given("complete_milestone", milestone="P01-M01", on="2014-07-30")
    again = lap.refusal("complete_milestone", milestone="P01-M01", on="2014-07-31")
    forecast = lap.refusal("reforecast_milestone", milestone="P01-M01", forecast="2015-01-30", reason="Late.")
    assert again.problem == "LAP-P01-M01 was done on 30 July 2014; it is not done twice"
    assert forecast.problem == "LAP-P01-M01 was done on 30 July 2014; its forecast stays as it is"


@pytest.mark.parametrize(
    ("milestone", "problem"),
    [
        ("P01-M07", "no milestone LAP-P01-M07; project LAP-P01 has M01, M02"),
        ("P09-M01", "no milestone LAP-P09-M01: there is no project LAP-P09; the projects are P01, P02, P03"),
        ("M01", "M01 is no reference for a milestone; write it with its project, such as P01-M01"),
    ],
)
def test_an_unknown_milestone_is_told_with_those_there_are(lap: Partnership, milestone, problem) -> None:
    refused = lap.refusal("complete_milestone", milestone=milestone, on="2014-07-30")
    assert (refused.field, refused.problem) == ("milestone", problem)
