"""What can be changed about a milestone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from contracts.references import short
from domain.figures.dependents import dependents_of
from domain.register import Register
from domain.register.projects import Milestone
from domain.wording.dates import plain_date
from services.programme.core import permissions
from services.programme.core.command import Command
from services.programme.core.fields import Ref
from services.programme.pages.changing import Ask, Change
from services.programme.pages.fields import Choice, Field, Kind
from services.programme.pages.partners import members
from services.programme.projects.commands import (
    AmendMilestone,
    CompleteMilestone,
    DropMilestone,
    ReforecastMilestone,
    ReopenMilestone,
)
from services.runtime.web.forms import Form, FormRefused
from services.runtime.web.partnership.view import View

_WHY = Field("reason", "Why", Kind.TEXT, missing="Say why. The board reads it.")


def _about(milestone: Milestone) -> Mapping[str, Any]:
    return {"milestone": milestone.reference}


def _reforecast(view: View, milestone: Milestone, actor: str) -> Ask:
    fields = [
        Field("forecast", "New date", Kind.DATE, missing="Enter the date for which it is forecast now."),
        _WHY,
    ]
    if choices := [_in_line(view, each) for each in _movable(view, milestone, actor)]:
        hint = "They need it. Those that you tick are moved by as many days, for the same reason."
        fields.append(Field("too", "Move these too", Kind.BOXES, hint, choices, is_beside=True))
    return Ask(
        f"Re-forecast “{milestone.title}”",
        fields,
        "Record the new forecast",
        lede=f"It is forecast for {plain_date(milestone.forecast)}{_baseline(milestone)}.",
    )


def _movable(view: View, milestone: Milestone, actor: str) -> list[Milestone]:
    """Return what depends on a milestone and may be re-forecast by ``actor``."""
    today = view.calendar.local_date(view.at)
    depending = (each.milestone for each in dependents_of(view.register, milestone, milestone.forecast, today))
    return [each for each in depending if CHANGES[0].is_open_to(view, each, actor)]


def _in_line(view: View, milestone: Milestone) -> Choice:
    code = short(view.code, milestone.reference)
    return milestone.reference, milestone.title, f"{code}, forecast for {plain_date(milestone.forecast)}"


def _move_too(view: View, milestone: Milestone, command: ReforecastMilestone, form: Form) -> list[Command]:
    """Return the re-forecasts of those that were ticked: by as many days as the milestone itself.

    Raises FormRefused where one would come to lie beyond the years of the calendar.
    """
    today = view.calendar.local_date(view.at)
    by = command.forecast - milestone.forecast
    depending = (each.milestone for each in dependents_of(view.register, milestone, milestone.forecast, today))
    ticked = [each for each in depending if each.reference in form.values("too")]
    try:
        return [
            ReforecastMilestone(milestone=Ref(each.reference), forecast=each.forecast + by, reason=command.reason)
            for each in ticked
        ]
    except (ValidationError, OverflowError):
        too_far = "Not all of these can be moved by so many days. Untick those that stay, or give a nearer date."
        raise FormRefused(replace(form, faults={"too": too_far})) from None


def _done(view: View, milestone: Milestone, actor: str) -> Ask:
    return Ask(
        f"“{milestone.title}” is done",
        (
            Field(
                "on",
                "On which day was it reached?",
                Kind.DATE,
                missing="Enter the day on which it was reached.",
            ),
        ),
        "Record that it is done",
        lede=f"It was forecast for {plain_date(milestone.forecast)}{_baseline(milestone)}.",
    )


def _reopen(view: View, milestone: Milestone, actor: str) -> Ask:
    done_on = "" if milestone.actual is None else f" It was recorded as done on {plain_date(milestone.actual)}."
    return Ask(
        f"“{milestone.title}” is not done after all",
        (_WHY,),
        "Take back that it is done",
        lede=f"Its forecast of {plain_date(milestone.forecast)} holds again.{done_on}",
    )


def _drop(view: View, milestone: Milestone, actor: str) -> Ask:
    return Ask(
        f"Drop “{milestone.title}”",
        (_WHY,),
        "Drop the milestone",
        warning="A milestone that was dropped stays so. If it is needed after all, another one is added.",
    )


def _amend(view: View, milestone: Milestone, actor: str) -> Ask:
    fields = [
        Field("title", "Title", missing="Enter a title."),
        Field("depends_on", "What comes first", Kind.BOXES, choices=others(view.register, milestone)),
        _WHY,
    ]
    values: dict[str, Sequence[str]] = {"title": (milestone.title,), "depends_on": milestone.depends_on}
    if may_name_an_owner(view, milestone, actor):
        fields.insert(1, Field("owner", "Owner", Kind.SELECT, choices=members(view)))
        values["owner"] = (milestone.owner,)
    return Ask(f"Amend “{milestone.title}”", fields, "Save", values)


def may_name_an_owner(view: View, milestone: Milestone, actor: str) -> bool:
    """Say whether ``actor`` may have another partner own a milestone."""
    wish = AmendMilestone.model_construct(**_about(milestone), owner=milestone.owner)
    return permissions.may(view.register, wish, actor, view.calendar.local_date(view.at))


def others(register: Register, milestone: Milestone | None, project: str = "") -> list[Choice]:
    """Return the milestones that one may depend on: its project's first, then all others that are still to come."""
    own = milestone.project if milestone is not None else project
    needed = set(milestone.depends_on) if milestone is not None else set()
    found = sorted(register.milestones.values(), key=lambda each: (each.project != own, each.reference))
    return [
        (each.reference, each.title, short(register.code, each.reference))
        for each in found
        if each is not milestone
        and (each.reference in needed or (each.is_open and (each.project == own or _is_open(register, each.project))))
    ]


def _is_open(register: Register, project: str) -> bool:
    return register.projects[project].is_open


def _baseline(milestone: Milestone) -> str:
    return "" if milestone.baseline is None else f", against a baseline of {plain_date(milestone.baseline)}"


def _is_to_come(view: View, milestone: Milestone) -> bool:
    return milestone.is_open and _is_open(view.register, milestone.project)


def _stands(view: View, milestone: Milestone) -> bool:
    return milestone.dropped is None and _is_open(view.register, milestone.project)


CHANGES: tuple[Change[Milestone], ...] = (
    Change("re-forecast", "Re-forecast", ReforecastMilestone, _about, _reforecast, _is_to_come, _move_too),
    Change("done", "Done", CompleteMilestone, _about, _done, _is_to_come),
    Change(
        "reopen",
        "Not done after all",
        ReopenMilestone,
        _about,
        _reopen,
        lambda view, milestone: _stands(view, milestone) and milestone.actual is not None,
    ),
    Change("amend", "Amend", AmendMilestone, _about, _amend, _stands),
    Change(
        "drop",
        "Drop",
        DropMilestone,
        _about,
        _drop,
        lambda view, milestone: _is_to_come(view, milestone) and not milestone.baselines,
    ),
)
