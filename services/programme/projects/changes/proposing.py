"""Proposing a project: for a partner's lead, one that the partner will lead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from contracts.references import short
from domain.register import Register
from domain.register.projects import PROJECTS
from services.programme.core import permissions
from services.programme.core.command import Command
from services.programme.pages.changing import Ask, Change, Place
from services.programme.pages.fields import Field, Kind
from services.programme.pages.partners import members
from services.programme.projects.commands import ProposeProject
from services.runtime.web.partnership.view import View

_TOLERANCE_DAYS = 14


def _propose(view: View, register: Register, actor: str) -> Ask:
    today = view.calendar.local_date(view.at)
    every = members(view)
    leads = [each for each in every if permissions.may(register, _wish(each[0]), actor, today)]
    following = short(register.code, PROJECTS.next_reference(register.code, register.projects))
    values: dict[str, Sequence[str]] = {"code": (following,), "tolerance_days": (str(_TOLERANCE_DAYS),)}
    if len(leads) == 1:
        values["lead"] = (leads[0][0],)
    return Ask(
        "Propose a project",
        (
            Field("code", "Code", Kind.HIDDEN),
            Field("title", "Title", missing="Enter a title."),
            Field("purpose", "What it is for", Kind.TEXT),
            Field(
                "lead", "Who leads it", Kind.SELECT, choices=leads, none_yet="Choose", missing="Choose who leads it."
            ),
            Field("taking_part", "Who takes part", Kind.BOXES, choices=every),
            Field(
                "tolerance_days",
                "Tolerance in days",
                hint="By so many days a milestone may slip before it turns red.",
                missing="Enter a number of days.",
                is_number=True,
            ),
        ),
        "Propose it",
        values,
        lede="It stands at the stage “Proposed” until the board approves it. Its milestones are added afterwards.",
    )


def _wish(lead: str) -> Command:
    about: dict[str, Any] = {"lead": lead}
    return ProposeProject.model_construct(**about)


PROPOSING: tuple[Change[Register], ...] = (
    Change(
        "propose",
        "Propose a project",
        ProposeProject,
        lambda register: {},
        _propose,
        lambda view, register: bool(members(view)),
        wishes=lambda view, register: [_wish(code) for code, *_ in members(view)],
        makes_new=True,
    ),
)
PROGRAMME: Place[Register] = Place(
    path="/projects/{partnership}",
    address_of=lambda view, register: f"/projects/{view.code}",
    find=lambda view, parts: view.register,
    version_of=lambda parts: "",
    shown_at=lambda to, register: to.room("projects"),
    called=lambda register: "All projects",
    room=("Projects", "projects"),
)
