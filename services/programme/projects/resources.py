"""Projects, with and without their workplans, as the API shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from contracts.events.projects import Confidence, Stage
from contracts.references import project_of
from domain.register import Register
from domain.register.projects import MILESTONES, PROJECTS, Project
from services.programme.core.resources import Collection, Key, Records, Shape, attributes
from services.runtime.web.lists.filters import Prose


class ConfidenceShape(Shape):
    """A judgement of delivery."""

    confidence: Confidence
    reason: Prose
    effective_on: dt.date


class HighlightShape(Shape):
    """What was achieved, what comes next, what help is needed."""

    progress: Prose
    next: Prose
    help_needed: Prose | None
    effective_on: dt.date


class StatedConfidenceShape(ConfidenceShape):
    """A judgement of the delivery of a project, the present one or an earlier one."""

    project: str
    recorded_at: dt.datetime


class WrittenHighlightShape(HighlightShape):
    """A highlight of a project, the present one or an earlier one."""

    project: str
    recorded_at: dt.datetime


class StageShape(Shape):
    """A stage that a project entered, and by which decision, if by one."""

    project: str
    stage: Stage
    effective_on: dt.date
    recorded_at: dt.datetime
    decision: str | None


class ForecastShape(Shape):
    """A change of a milestone's forecast: the new date, the one before, and why."""

    milestone: str
    forecast: dt.date
    before: dt.date
    reason: Prose
    effective_on: dt.date
    recorded_at: dt.datetime


class ProjectShape(Shape):
    """A project, without its workplan."""

    reference: str
    title: str
    purpose: Prose
    lead: str
    taking_part: tuple[str, ...]
    stage: Stage
    tolerance_days: int
    confidence: ConfidenceShape | None


class DroppingShape(Shape):
    """Why a milestone turned out to be needless."""

    reason: Prose
    effective_on: dt.date
    decision: str | None


class MilestoneShape(Shape):
    """One point of a workplan."""

    reference: str
    title: str
    owner: str
    person: str | None
    baseline: dt.date | None
    forecast: dt.date
    actual: dt.date | None
    reforecasts: int
    depends_on: tuple[str, ...]
    dropped: DroppingShape | None


class MilestoneOfProjectShape(MilestoneShape):
    """One point of the workplan of a project."""

    project: str


class WorkplanShape(ProjectShape):
    """A project with its latest highlight and its milestones."""

    highlight: HighlightShape | None
    milestones: list[MilestoneShape]


def show_project(register: Register, project: Project) -> ProjectShape:
    """Show a project, with who leads it and takes part on the day of the last recording."""
    return ProjectShape.model_validate(_project(register, project))


def show_workplan(register: Register, project: Project) -> WorkplanShape:
    """Show a project with its milestones."""
    return WorkplanShape.model_validate(
        {
            **_project(register, project),
            "highlight": project.highlights[-1] if project.highlights else None,
            "milestones": register.milestones_of(project.reference),
        }
    )


def _project(register: Register, project: Project) -> dict[str, object]:
    assert register.recorded_at is not None
    day = register.calendar.local_date(register.recorded_at)
    return {
        **attributes(project, "reference title purpose stage tolerance_days confidence"),
        "lead": project.participation.lead_on(day),
        "taking_part": project.participation.others_on(day),
    }


def _confidences(register: Register) -> Iterator[tuple[Key, StatedConfidenceShape]]:
    for project in register.projects.values():
        for number, each in enumerate(project.confidences):
            given = attributes(each, "confidence reason effective_on recorded_at")
            shown = StatedConfidenceShape.model_validate({**given, "project": project.reference})
            yield (project.reference, str(number)), shown


def _highlights(register: Register) -> Iterator[tuple[Key, WrittenHighlightShape]]:
    for project in register.projects.values():
        for number, each in enumerate(project.highlights):
            given = attributes(each, "progress next help_needed effective_on recorded_at")
            shown = WrittenHighlightShape.model_validate({**given, "project": project.reference})
            yield (project.reference, str(number)), shown


def _stages(register: Register) -> Iterator[tuple[Key, StageShape]]:
    for project in register.projects.values():
        for number, each in enumerate(project.stages):
            given = attributes(each, "stage effective_on recorded_at decision")
            yield (project.reference, str(number)), StageShape.model_validate({**given, "project": project.reference})


def _forecasts(register: Register) -> Iterator[tuple[Key, ForecastShape]]:
    for milestone in register.milestones.values():
        for number, each in enumerate(milestone.forecasts):
            given = attributes(each, "forecast before reason effective_on recorded_at")
            shown = ForecastShape.model_validate({**given, "milestone": milestone.reference})
            yield (milestone.reference, str(number)), shown


COLLECTIONS = (
    Collection(
        name="projects",
        kind=PROJECTS,
        shape=WorkplanShape,
        show=show_workplan,
        brief=ProjectShape,
        show_brief=show_project,
    ),
    Collection(name="milestones", kind=MILESTONES, shape=MilestoneOfProjectShape, changes_with=project_of),
)
RECORDS = (
    Records(name="stages", shape=StageShape, of=_stages),
    Records(name="confidences", shape=StatedConfidenceShape, of=_confidences),
    Records(name="highlights", shape=WrittenHighlightShape, of=_highlights),
    Records(name="forecasts", shape=ForecastShape, of=_forecasts),
)
