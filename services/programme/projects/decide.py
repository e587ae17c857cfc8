"""Deciding on projects: proposed, brought in, moved and reported on."""

from __future__ import annotations

from contracts.events import effects
from contracts.events.projects import ConfidenceStated, HighlightWritten, ProjectProposed, Stage
from domain.register import Register
from domain.register.partners import PARTNERS
from domain.register.projects import PROJECTS
from services.programme.core import lookup, setup_phase
from services.programme.core.decider import Context, Facts, decides
from services.programme.partners.lookup import check_partner_or_coming
from services.programme.projects import stages, workplan
from services.programme.projects.commands import (
    BringInProject,
    MoveProject,
    ProjectEntry,
    ProposeProject,
    StateConfidence,
    WriteHighlight,
)


@decides(ProposeProject)
def propose(register: Register, command: ProposeProject, context: Context) -> Facts:
    return _enter(register, command, Stage.PROPOSED, context)


@decides(BringInProject)
def bring_in(register: Register, command: BringInProject, context: Context) -> Facts:
    setup_phase.must_be_under_way(register, "propose the project, and let the board approve it")
    return _enter(register, command, command.stage, context)


@decides(MoveProject)
def move(register: Register, command: MoveProject, context: Context) -> Facts:
    return stages.move(register, effects.MoveProject(project=command.project, stage=command.stage))


@decides(StateConfidence)
def state_confidence(register: Register, command: StateConfidence, context: Context) -> Facts:
    project = lookup.find(PROJECTS, register, command.project)
    return [ConfidenceStated(project=project.reference, confidence=command.confidence, reason=command.reason)]


@decides(WriteHighlight)
def write_highlight(register: Register, command: WriteHighlight, context: Context) -> Facts:
    project = lookup.find(PROJECTS, register, command.project)
    return [
        HighlightWritten(
            project=project.reference, progress=command.progress, next=command.next, help_needed=command.help_needed
        )
    ]


def _enter(register: Register, entry: ProjectEntry, stage: Stage, context: Context) -> Facts:
    reference = lookup.free(PROJECTS, register, entry.code)
    lookup.find(PARTNERS, register, entry.lead, "lead")
    for number, code in enumerate(entry.taking_part):
        check_partner_or_coming(register, code, context.forward_references, f"taking_part[{number}]")
    project = ProjectProposed(
        project=reference,
        title=entry.title,
        purpose=entry.purpose,
        lead=entry.lead,
        taking_part=tuple(dict.fromkeys(code for code in entry.taking_part if code != entry.lead)),
        stage=stage,
        tolerance_days=entry.tolerance_days,
    )
    milestones = workplan.entered(register, reference, entry.milestones, context, baselined=stage in stages.BASELINED)
    return [project, *milestones]
