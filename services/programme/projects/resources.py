"""Projects, with and without their workplans, as the API shows them."""

from __future__ import annotations

import datetime as dt

from contracts.events.projects import Confidence, Stage
from domain.register import Register
from domain.register.projects import PROJECTS, Project
from services.programme.core.resources import Collection, Shape, attributes


class ConfidenceShape(Shape):
    """A judgement of delivery."""

    confidence: Confidence
    reason: str
    effective_on: dt.date


class HighlightShape(Shape):
    """What was achieved, what comes next, what help is needed."""

    progress: str
    next: str
    help_needed: str | None
    effective_on: dt.date


class ProjectShape(Shape):
    """A project, without its workplan."""

    reference: str
    title: str
    purpose: str
    lead: str
    taking_part: tuple[str, ...]
    stage: Stage
    tolerance_days: int
    confidence: ConfidenceShape | None


class DroppingShape(Shape):
    """Why a milestone turned out to be needless."""

    reason: str
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


COLLECTIONS = (
    Collection(
        name="projects",
        kind=PROJECTS,
        shape=WorkplanShape,
        show=show_workplan,
        brief=ProjectShape,
        show_brief=show_project,
    ),
)
