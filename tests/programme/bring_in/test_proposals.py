"""What a plan becomes here: owners and dependencies are matched, what is lost is said, commands bring it in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from services.programme.core.deciding import Context, Refused, decide
from services.programme.projects.bring_in.owners import matched_owners
from services.programme.projects.bring_in.plan import ExternalPlan, PlanLine
from services.programme.projects.bring_in.proposal import Choices, NewProject, Proposal, propose
from services.programme.projects.bring_in.reading import read_plan
from tests.programme.partnerships import LMA_LEAD, SECRETARY, Partnership, london

FILES = Path(__file__).parent / "files"
P07 = NewProject("P07", "Shared catalogue", "LMA", "One place to look.")
TODAY = date(2015, 9, 1)


@pytest.fixture
def lap() -> Partnership:
    """The partnership a year and a half on."""
    return london().at(TODAY)


def proposed(lap: Partnership, plan: ExternalPlan, into: NewProject | str = P07, **choices) -> Proposal:
    return propose(lap.register, plan, into, Choices(**choices), TODAY)


def record(lap: Partnership, proposal: Proposal, who: str = SECRETARY) -> None:
    assert proposal.faults == ()
    for step in proposal.steps:
        lap.happened(*decide(lap.register, step.command, Context(who, lap.now)), who=who)


def plan_of(*lines: PlanLine) -> ExternalPlan:
    return ExternalPlan("a spreadsheet", "", lines)


def line(key: str, title: str = "", **more) -> PlanLine:
    return PlanLine(f"A{key}", key, title or f"Title {key}", **{"due": date(2015, 12, 1), **more})


def test_a_plan_becomes_a_proposed_project_with_its_milestones_done_ones_done(lap: Partnership) -> None:
    # given
    plan, _ = read_plan((FILES / "ms-project.xml").read_bytes())
    # when
    proposal = proposed(lap, plan, milestones_alone=True, owners={"J. Archivist": "BRE"})
    record(lap, proposal, LMA_LEAD)
    # then
    assert [step.command.do for step in proposal.steps] == ["propose_project", "complete_milestone"]
    project = lap.register.projects["LAP-P07"]
    assert (project.title, project.purpose, project.stage) == ("Shared catalogue", "One place to look.", "proposed")
    assert project.participation.lead_on(TODAY) == "LMA"
    assert set(project.participation.others_on(TODAY)) == {"HAC", "BRE"}
    assert [
        (each.title, each.owner, each.forecast, each.actual, each.depends_on)
        for each in map(lap.register.milestones.get, project.milestones)
    ] == [
        ("Kick-off held", "LMA", date(2015, 4, 8), date(2015, 4, 9), ()),
        ("Standard agreed & published", "HAC", date(2015, 7, 31), None, ("LAP-P07-M01",)),
        ("First services live", "BRE", date(2015, 12, 18), None, ("LAP-P07-M02", "LAP-P07-M01")),
    ]


def test_a_plan_is_added_to_a_project_that_is_there_behind_its_milestones(lap: Partnership) -> None:
    # given
    plan, _ = read_plan((FILES / "jira.csv").read_bytes())
    # when
    proposal = proposed(lap, plan, "LAP-P01")
    record(lap, proposal, LMA_LEAD)
    # then
    assert [(point.line.key, point.reference, point.why_not, point.lost) for point in proposal.points] == [
        ("CAT-2", "LAP-P01-M03", "", ()),
        ("CAT-3", "LAP-P01-M04", "", ()),
        ("CAT-4", "LAP-P01-M05", "", ("OTHER-7",)),
        ("CAT-5", "", "It has no date.", ()),
    ]
    assert lap.register.milestones["LAP-P01-M05"].depends_on == ("LAP-P01-M04", "LAP-P01-M03")
    assert lap.register.milestones["LAP-P01-M03"].actual == date(2015, 7, 30)
    assert {lap.register.milestones[point.reference].owner for point in proposal.milestones} == {"LMA"}


def test_dependencies_lead_to_keys_titles_and_milestones_that_are_here(lap: Partnership) -> None:
    # given
    plan = plan_of(line("1", depends_on=("title 2", "p02-m01", "9", "1")), line("2"))
    # when
    point, _ = proposed(lap, plan).points
    # then
    assert point.depends_on == ("LAP-P07-M02", "LAP-P02-M01")
    assert point.lost == ("9",)


def test_a_line_that_is_left_out_gives_what_stood_before_it_to_those_behind_it(lap: Partnership) -> None:
    # given
    plan = plan_of(line("1"), line("2", depends_on=("1",)), line("3", depends_on=("2",)))
    # when
    first, second, third = proposed(lap, plan, left_out=frozenset({"A2"})).points
    # then
    assert second.why_not == "You left it out."
    assert third.depends_on == (first.reference,)


def test_a_line_that_is_done_without_a_day_comes_in_as_open_and_says_so(lap: Partnership) -> None:
    proposal = proposed(lap, plan_of(line("1", is_done=True)))
    assert proposal.points[0].remark == "It is done, but the file has no day; it comes in as open."
    assert len(proposal.steps) == 1


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("hac", "HAC"),
        ("Somebody (BRE)", "BRE"),
        ("Name of LMA", "LMA"),
        ("Camdem Council", "CAM"),
        ("LB Camden", "CAM"),
        ("Royal Borough of Kensington", None),
        ("Council", None),
        ("Priya Raman", None),
        ("", None),
    ],
)
def test_owners_are_matched_by_code_name_and_likeness(lap: Partnership, name: str, code: str | None) -> None:
    lap.given(
        "admit_partner", code="CAM", name="London Borough of Camden", kind="london_borough", joined_on="2015-04-01"
    )
    assert matched_owners(lap.register, [name]).get(name) == code


def test_a_text_that_is_too_long_for_a_name_is_nobody_s_and_is_compared_with_none(lap: Partnership) -> None:
    # To compare texts takes as long as both are long, and a file may have thousands of them.
    assert matched_owners(lap.register, [f"{'x' * 300} (BRE)", f"Name of LMA{' ' * 300}"]) == {}


@pytest.mark.parametrize("into", [P07, "LAP-P01"])
def test_what_does_not_fit_is_a_fault_at_the_line_that_it_comes_from(lap: Partnership, into) -> None:
    proposal = proposed(lap, plan_of(line("1"), line("2", "x" * 201)), into)
    assert [str(fault) for fault in proposal.faults] == [f"A2: “{'x' * 60}…” is too long. Give at most 200 characters."]
    assert proposal.steps == ()


def test_a_circle_is_a_fault_at_one_of_its_lines(lap: Partnership) -> None:
    # given
    plan = plan_of(line("1", depends_on=("2",)), line("2", depends_on=("1",)))
    # when
    (added,) = proposed(lap, plan, "LAP-P01").faults
    (step,) = proposed(lap, plan).steps
    with pytest.raises(Refused) as refused:
        decide(lap.register, step.command, Context(SECRETARY, lap.now))
    # then
    assert added.problem.startswith("These depend on each other in a circle: LAP-P01-M0")
    assert str(step.fault(refused.value)).startswith("A1: Milestones cannot depend on each other in a circle")


def test_what_the_rules_refuse_of_the_project_itself_is_said_of_it(lap: Partnership) -> None:
    (step,) = proposed(lap, plan_of(line("1")), NewProject("P01", "Again", "LMA")).steps
    with pytest.raises(Refused) as refused:
        decide(lap.register, step.command, Context(SECRETARY, lap.now))
    assert str(step.fault(refused.value)) == (
        "The project: LAP-P01 is taken and never given again; the next free one is P04."
    )


def test_a_plan_of_which_nothing_is_left_is_a_fault(lap: Partnership) -> None:
    (fault,) = proposed(lap, plan_of(line("1", due=None))).faults
    assert fault.problem == "No line of it becomes a milestone."
