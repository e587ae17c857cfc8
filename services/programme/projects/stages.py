"""The stages of a project, and the baselines that go with them. Source: domain.md, sections 2 and 5."""

from __future__ import annotations

from datetime import date

from contracts.events import Fact, effects
from contracts.events.projects import MilestonesBaselined, ProjectMoved, Stage
from domain.register import Register
from domain.register.projects import AGREED_TO, PROJECTS, Milestone, Project
from services.programme.core import lookup
from services.programme.core.decider import Refused, carries_out
from services.programme.projects.lookup import find_milestone

NEXT = {
    Stage.IDEA: Stage.PROPOSED,
    Stage.PROPOSED: Stage.APPROVED,
    Stage.APPROVED: Stage.IN_DELIVERY,
    Stage.IN_DELIVERY: Stage.CLOSING,
    Stage.CLOSING: Stage.CLOSED,
}
BY_DECISION = frozenset({Stage.APPROVED, Stage.PAUSED, Stage.STOPPED, Stage.CLOSED})
BASELINED = AGREED_TO | {Stage.PAUSED}
"""Stages at which a project brought in has its milestones' dates as their baselines."""


@carries_out(effects.MoveProject)
def move(register: Register, part: effects.MoveProject, decision: str | None = None) -> list[Fact]:
    """Return what moving a project brings about; nothing where it stands there already.

    Raises Refused where the stage cannot be reached, or not without a decision.
    """
    project = lookup.find(PROJECTS, register, part.project)
    if project.stage is part.stage:
        return []
    _check_reachable(project, part.stage)
    if decision is None and part.stage in BY_DECISION:
        raise Refused(
            "stage",
            f"moving {project.reference} to {part.stage} needs a decision of the board; "
            "record one with the effect move_project",
        )
    moved = ProjectMoved(project=project.reference, stage=part.stage, decision=decision)
    if part.stage is not Stage.APPROVED:
        return [moved]
    unset = {each.reference: each.forecast for each in _open_milestones(register, project) if not each.baselines}
    return [moved, *_baselined(project, unset, decision)]


@carries_out(effects.SetBaseline)
def set_baseline(register: Register, part: effects.SetBaseline, decision: str) -> list[Fact]:
    """Return that baselines are set: the given ones, or every forecast of the project."""
    project = lookup.find(PROJECTS, register, part.project)
    if not project.was_approved:
        raise Refused(
            "project",
            f"{project.reference} was never approved, so no baseline can be set; "
            "approve the project: its forecasts become its baseline",
        )
    if part.milestones is None:
        forecasts = {each.reference: each.forecast for each in _open_milestones(register, project)}
        if not forecasts:
            raise Refused("project", f"{project.reference} has no milestones whose baseline could be set")
        return _baselined(project, forecasts, decision)
    if not part.milestones:
        raise Refused("milestones", "no milestone is named; name some, or leave milestones out to take every forecast")
    for reference in part.milestones:
        _check_belongs(register, project, reference)
    return _baselined(project, part.milestones, decision)


def _check_reachable(project: Project, stage: Stage) -> None:
    at = f"{project.reference} is {_spoken(project.stage)}"
    if not project.is_open:
        raise Refused("stage", f"{at} and stays so; it cannot be moved to {stage}")
    if stage in (Stage.PAUSED, Stage.STOPPED):
        return
    if project.stage is Stage.PAUSED:
        reachable, choices = project.stage_before_pause, "it goes back to {}, or it is stopped"
    else:
        reachable, choices = NEXT[project.stage], "the next stage is {}, unless it is paused or stopped"
    if stage is not reachable:
        raise Refused("stage", f"{at} and cannot be moved to {stage}; {choices.format(reachable)}")


def _open_milestones(register: Register, project: Project) -> list[Milestone]:
    return [each for each in register.milestones_of(project.reference) if each.dropped is None]


def _check_belongs(register: Register, project: Project, reference: str) -> None:
    milestone = find_milestone(register, reference, f"milestones.{reference}")
    if milestone.project != project.reference:
        raise Refused(
            f"milestones.{reference}", f"{reference} is a milestone of {milestone.project}, not of {project.reference}"
        )
    if milestone.dropped is not None:
        raise Refused(f"milestones.{reference}", f"{reference} was dropped, so it gets no baseline; leave it out")


def _baselined(project: Project, baselines: dict[str, date], decision: str | None) -> list[Fact]:
    if not baselines:
        return []
    return [MilestonesBaselined(project=project.reference, baselines=baselines, decision=decision)]


def _spoken(stage: Stage) -> str:
    return stage if stage in (Stage.APPROVED, Stage.CLOSED, Stage.PAUSED, Stage.STOPPED) else f"at the stage {stage}"
