"""What can be changed about a project as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.events.projects import Confidence, Stage
from contracts.references import short
from domain.register.projects import MILESTONES, Project
from domain.wording.projects import CONFIDENCES, stage
from services.programme.pages.changing import Ask, Change
from services.programme.pages.fields import Field, Kind
from services.programme.pages.partners import members
from services.programme.projects.changes.of_milestones import others
from services.programme.projects.commands import (
    AddMilestone,
    AmendProject,
    ChangeLead,
    JoinProject,
    LeaveProject,
    MoveProject,
    StateConfidence,
    WriteHighlight,
)
from services.programme.projects.stages import BY_DECISION, NEXT
from services.runtime.web.partnership.view import View

_MEANINGS = {
    Confidence.GREEN: "Highly likely to be delivered as planned.",
    Confidence.AMBER: "Feasible, with significant issues that need attention.",
    Confidence.RED: "Cannot be achieved as it is planned now.",
}
_CONFIDENCES = tuple((each.value, CONFIDENCES[each].text, meaning) for each, meaning in _MEANINGS.items())
_WHY = Field("reason", "Why", Kind.TEXT, missing="Say why. The board reads it.")


def _about(project: Project) -> Mapping[str, Any]:
    return {"project": project.reference}


def _confidence(view: View, project: Project, actor: str) -> Ask:
    return Ask(
        "State confidence",
        (
            Field(
                "confidence",
                "How confident are you that it will be delivered?",
                Kind.RADIOS,
                choices=_CONFIDENCES,
                missing="Choose green, amber or red.",
            ),
            _WHY,
        ),
        "State confidence",
        {"confidence": (project.confidence.confidence.value,)} if project.confidence is not None else {},
    )


def _highlight(view: View, project: Project, actor: str) -> Ask:
    return Ask(
        "Write a highlight",
        (
            Field("progress", "What was achieved", Kind.TEXT, missing="Say what was achieved."),
            Field("next", "What comes next", Kind.TEXT, missing="Say what comes next."),
            Field("help_needed", "What help is needed", Kind.TEXT, "Leave it empty if none is."),
        ),
        "Save the highlight",
    )


def _amend(view: View, project: Project, actor: str) -> Ask:
    return Ask(
        "Amend the project",
        (
            Field("title", "Title", missing="Enter a title."),
            Field("purpose", "What it is for", Kind.TEXT, can_empty=True),
            _WHY,
        ),
        "Save",
        {"title": (project.title,), "purpose": (project.purpose,)},
    )


def _move(view: View, project: Project, actor: str) -> Ask:
    following = _next_stage(project)
    assert following is not None
    return Ask(
        f"Move to “{stage(following)}”",
        (Field("stage", "New stage", Kind.RADIOS, choices=((following.value, stage(following)),)),),
        "Move the project",
        {"stage": (following.value,)},
        warning="A stage that was left is not gone back to.",
    )


def _next_stage(project: Project) -> Stage | None:
    """Return the stage that comes next without a decision of the board, if one does."""
    if not project.is_open:
        return None
    following = project.stage_before_pause if project.stage is Stage.PAUSED else NEXT[project.stage]
    return None if following in BY_DECISION else following


def _add(view: View, project: Project, actor: str) -> Ask:
    code = MILESTONES.next_reference(project.reference, project.milestones)
    return Ask(
        "Add a milestone",
        (
            Field("code", "Code", Kind.HIDDEN),
            Field("title", "Title", missing="Enter a title."),
            Field("owner", "Owner", Kind.SELECT, choices=members(view), none_yet="Choose", missing="Choose an owner."),
            Field("due", "Forecast date", Kind.DATE, missing="Enter the date for which it is forecast."),
            Field("depends_on", "What comes first", Kind.BOXES, choices=others(view.register, None, project.reference)),
        ),
        "Add the milestone",
        {"code": (short(project.reference, code),)},
        lede="It has no baseline until the board sets one.",
    )


def _join(view: View, project: Project, actor: str) -> Ask:
    today = view.calendar.local_date(view.at)
    there = {project.participation.lead_on(today), *project.participation.others_on(today)}
    return Ask(
        "A partner joins",
        (
            Field(
                "partner",
                "Partner",
                Kind.SELECT,
                choices=[each for each in members(view) if each[0] not in there],
                none_yet="Choose",
                missing="Choose a partner.",
            ),
            Field("from", "First day on which it takes part", Kind.DATE, missing="Enter the first day."),
        ),
        "Record that it joins",
    )


def _leave(view: View, project: Project, actor: str) -> Ask:
    return Ask(
        "A partner leaves",
        (
            Field(
                "partner",
                "Partner",
                Kind.SELECT,
                choices=[each for each in members(view) if each[0] in _others(view, project)],
                none_yet="Choose",
                missing="Choose a partner.",
            ),
            Field("on", "First day on which it takes no part", Kind.DATE, missing="Enter the first day without it."),
            _WHY,
        ),
        "Record that it leaves",
    )


def _lead(view: View, project: Project, actor: str) -> Ask:
    lead = project.participation.lead_on(view.calendar.local_date(view.at))
    return Ask(
        "Change the lead",
        (
            Field(
                "lead",
                "Who leads from then on",
                Kind.SELECT,
                choices=[each for each in members(view) if each[0] != lead],
                none_yet="Choose",
                missing="Choose a partner.",
            ),
            Field("from", "First day on which it leads", Kind.DATE, missing="Enter the first day."),
            _WHY,
        ),
        "Change the lead",
        lede="The one before goes on taking part unless it leaves.",
    )


def _others(view: View, project: Project) -> tuple[str, ...]:
    return project.participation.others_on(view.calendar.local_date(view.at))


def _has_others(view: View, project: Project) -> bool:
    return project.is_open and bool(_others(view, project))


def _is_open(view: View, project: Project) -> bool:
    return project.is_open


CHANGES: tuple[Change[Project], ...] = (
    Change("confidence", "State confidence", StateConfidence, _about, _confidence, _is_open),
    Change("highlight", "Write a highlight", WriteHighlight, _about, _highlight, _is_open),
    Change("add-milestone", "Add a milestone", AddMilestone, _about, _add, _is_open, makes_new=True),
    Change(
        "stage", "Move to the next stage", MoveProject, _about, _move, lambda view, its: _next_stage(its) is not None
    ),
    Change("amend", "Amend the project", AmendProject, _about, _amend),
    Change("lead", "Change the lead", ChangeLead, _about, _lead, _is_open),
    Change("join", "A partner joins", JoinProject, _about, _join, _is_open),
    Change("leave", "A partner leaves", LeaveProject, _about, _leave, _has_others),
)
