"""Deciding on what is put right about projects and milestones, and on milestones dropped and reopened."""

from __future__ import annotations

from contracts.events import Fact, effects
from contracts.events.projects import MilestoneAmended, MilestoneDropped, MilestoneReopened, ProjectAmended
from domain.register import Register
from domain.register.partners import PARTNERS
from domain.register.projects import PROJECTS
from services.programme.core import lookup
from services.programme.core.amendments import changes
from services.programme.core.decider import Context, Facts, Refused, carries_out, decides
from services.programme.partnership.lookup import find_person
from services.programme.projects.commands import AmendMilestone, AmendProject, DropMilestone, ReopenMilestone
from services.programme.projects.lookup import find_milestone
from services.programme.projects.workplan import check_dependencies, open_milestone


@decides(AmendProject)
def amend_project(register: Register, command: AmendProject, context: Context) -> Facts:
    project = lookup.find(PROJECTS, register, command.project)
    changed = changes(command, title=project.title, purpose=project.purpose)
    return [ProjectAmended(project=project.reference, reason=command.reason, **changed)] if changed else []


@decides(AmendMilestone)
def amend_milestone(register: Register, command: AmendMilestone, context: Context) -> Facts:
    milestone = find_milestone(register, command.milestone)
    if milestone.dropped is not None:
        raise Refused("milestone", f"{milestone.reference} was dropped; add another milestone instead")
    changed = changes(
        command,
        title=milestone.title,
        owner=milestone.owner,
        person=milestone.person,
        depends_on=milestone.depends_on,
    )
    if command.owner is not None:
        lookup.find(PARTNERS, register, command.owner, "owner")
    if command.person is not None:
        find_person(register, command.person)
    if command.depends_on is not None:
        check_dependencies(register, milestone.reference, command.depends_on)
    return [MilestoneAmended(milestone=milestone.reference, reason=command.reason, **changed)] if changed else []


@decides(DropMilestone)
def drop(register: Register, command: DropMilestone, context: Context) -> Facts:
    return drop_milestone(register, effects.DropMilestone(milestone=command.milestone, reason=command.reason))


@decides(ReopenMilestone)
def reopen(register: Register, command: ReopenMilestone, context: Context) -> Facts:
    milestone = find_milestone(register, command.milestone)
    if milestone.dropped is not None:
        raise Refused("milestone", f"{milestone.reference} was dropped, and stays so; add another milestone instead")
    if milestone.actual is None:
        raise Refused("milestone", f"{milestone.reference} is not done, so there is nothing to take back")
    return [MilestoneReopened(milestone=milestone.reference, reason=command.reason)]


@carries_out(effects.DropMilestone)
def drop_milestone(register: Register, part: effects.DropMilestone, decision: str | None = None) -> list[Fact]:
    """Return that a milestone is dropped. Raises Refused where it is done, or has a baseline and no decision."""
    milestone = open_milestone(register, part.milestone, "reopen it first, if it is to be dropped")
    if milestone.baselines and decision is None:
        raise Refused(
            "milestone",
            f"{milestone.reference} has a baseline, so dropping it needs a decision of the board; "
            "record one with the effect drop_milestone",
        )
    return [MilestoneDropped(milestone=milestone.reference, reason=part.reason, decision=decision)]
