"""What can be changed in place about risks: what is asked, and which command that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.references import full, short
from domain.register import Register
from domain.register.risks import RISKS, Risk
from domain.wording.risks import LEVELS
from services.programme.core import permissions
from services.programme.core.command import Command
from services.programme.pages.changing import Ask, Change, Place
from services.programme.pages.fields import Field, Kind
from services.programme.pages.partners import members
from services.programme.risks.commands import AmendRisk, CloseRisk, RaiseRisk, ReassessRisk, ReopenRisk
from services.runtime.web.partnership.view import View

_ROOM = ("Risks", "risks")
_WHY = Field("reason", "Why", Kind.TEXT, missing="Say why. The board reads it.")
_LEVELS = [(str(level), f"{level} – {words}") for level, words in enumerate(LEVELS, start=1)]
_SCORES = (
    Field(
        "likelihood",
        "How likely is it?",
        Kind.RADIOS,
        choices=_LEVELS,
        missing="Choose how likely it is.",
        is_number=True,
    ),
    Field(
        "impact",
        "How grave would it be?",
        Kind.RADIOS,
        choices=_LEVELS,
        missing="Choose how grave it would be.",
        is_number=True,
    ),
)
_WORDING = (
    Field("title", "What could happen", missing="Say in a few words what could happen."),
    Field("cause", "What could bring it about", Kind.TEXT, can_empty=True),
    Field("effect", "What would follow", Kind.TEXT, can_empty=True),
    Field("response", "What is done about it", Kind.TEXT, can_empty=True),
)


def _about(risk: Risk) -> Mapping[str, Any]:
    return {"risk": risk.reference}


def _reassess(view: View, risk: Risk, actor: str) -> Ask:
    judged = risk.assessment
    return Ask(
        "Reassess the risk",
        (*_SCORES, _WHY),
        "Record the new judgement",
        {"likelihood": (str(judged.likelihood),), "impact": (str(judged.impact),)},
    )


def _close(view: View, risk: Risk, actor: str) -> Ask:
    return Ask("Close the risk", (_WHY,), "Close the risk", lede="It can be opened again.")


def _reopen(view: View, risk: Risk, actor: str) -> Ask:
    return Ask("Open the risk again", (_WHY,), "Open it again")


def _amend(view: View, risk: Risk, actor: str) -> Ask:
    fields = [*_WORDING, _WHY]
    values: dict[str, Sequence[str]] = {field.name: (getattr(risk, field.name),) for field in _WORDING}
    wish = AmendRisk.model_construct(**_about(risk), owner=risk.owner)
    if permissions.may(view.register, wish, actor, view.calendar.local_date(view.at)):
        fields.insert(1, Field("owner", "Owner", Kind.SELECT, choices=members(view)))
        values["owner"] = (risk.owner,)
    return Ask("Amend the risk", fields, "Save", values)


def _raise(view: View, register: Register, actor: str) -> Ask:
    owners = [each for each in members(view) if _may_own(view, each[0], actor)]
    owner = Field("owner", "Owner", Kind.SELECT, choices=owners, none_yet="Choose", missing="Choose an owner.")
    following = short(register.code, RISKS.next_reference(register.code, register.risks))
    values: dict[str, Sequence[str]] = {"code": (following,)}
    if len(owners) == 1:
        values["owner"] = (owners[0][0],)
    return Ask(
        "Raise a risk", (Field("code", "Code", Kind.HIDDEN), *_WORDING, owner, *_SCORES), "Raise the risk", values
    )


def _may_own(view: View, partner: str, actor: str) -> bool:
    return permissions.may(view.register, _wish(partner), actor, view.calendar.local_date(view.at))


def _wish(partner: str) -> Command:
    about: dict[str, Any] = {"owner": partner}
    return RaiseRisk.model_construct(**about)


def _wishes(view: View, register: Register) -> Sequence[Command]:
    """Return a risk for each partner: who may raise one for any of them may raise one."""
    return [_wish(code) for code, *_ in members(view)]


CHANGES: tuple[Change[Risk], ...] = (
    Change("reassess", "Reassess", ReassessRisk, _about, _reassess, lambda view, risk: risk.is_open),
    Change("amend", "Amend", AmendRisk, _about, _amend),
    Change("close", "Close", CloseRisk, _about, _close, lambda view, risk: risk.is_open),
    Change("reopen", "Open it again", ReopenRisk, _about, _reopen, lambda view, risk: not risk.is_open),
)
RAISING: tuple[Change[Register], ...] = (
    Change(
        "raise",
        "Raise a risk",
        RaiseRisk,
        lambda register: {},
        _raise,
        lambda view, register: bool(members(view)),
        wishes=_wishes,
        makes_new=True,
    ),
)
RISK: Place[Risk] = Place(
    path="/risks/{partnership}/{risk}",
    address_of=lambda view, risk: f"/risks/{view.code}/{short(view.code, risk.reference)}",
    find=lambda view, parts: view.find(RISKS, parts["risk"]),
    version_of=lambda parts: full(parts["partnership"], parts["risk"]),
    shown_at=lambda to, risk: to.of(risk.reference),
    called=lambda risk: risk.title,
    room=_ROOM,
)
REGISTER: Place[Register] = Place(
    path="/risks/{partnership}",
    address_of=lambda view, register: f"/risks/{view.code}",
    find=lambda view, parts: view.register,
    version_of=lambda parts: "",
    shown_at=lambda to, register: to.room("risks"),
    called=lambda register: "Risks",
    room=_ROOM,
)
