"""What can be changed in place about an action: done, moved, given to others, worded anew, dropped, taken up again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from contracts.envelope import Recorded
from contracts.events import Fact
from contracts.events.decisions import ActionAssigned, ActionCompleted, ActionDropped, ActionMoved, ActionReassigned
from contracts.references import full, short
from domain.register.decisions import ACTIONS, Action
from domain.wording.dates import plain_date
from domain.wording.happened.actions import happened
from services.programme.core.command import Command
from services.programme.decisions.commands import (
    AssignAction,
    CompleteAction,
    DropAction,
    MoveAction,
    ReassignAction,
    ReopenAction,
)
from services.programme.pages.changing import Ask, Change, Link, Place, offered
from services.programme.pages.fields import Field, Kind
from services.programme.pages.happened import Telling, by_kind
from services.programme.pages.partners import members
from services.programme.pages.people import acting
from services.runtime.web.forms import Form, FormRefused
from services.runtime.web.partnership.view import View

_WHY = Field("reason", "Why", Kind.TEXT, missing="Say why. The board reads it.")


def _about(action: Action) -> Mapping[str, Any]:
    return {"action": action.reference}


def _done(view: View, action: Action, actor: str) -> Ask:
    return Ask(
        "The action is done",
        (
            Field("on", "On which day was it done?", Kind.DATE, missing="Enter the day on which it was done."),
            Field("evidence", "What shows that it was done?", Kind.TEXT, missing="Say what shows that it was done."),
        ),
        "Record that it is done",
        lede=action.text,
    )


def _move(view: View, action: Action, actor: str) -> Ask:
    return Ask(
        "Move the action",
        (Field("due", "New due date", Kind.DATE, missing="Enter the day by which it is to be done now."), _WHY),
        "Move the action",
        lede=f"It is due {plain_date(action.due)}. The date on which it was first due stays in view.",
    )


def _reassign(view: View, action: Action, actor: str) -> Ask:
    return Ask(
        "Give the action to somebody else",
        (
            Field("owner", "Which partner?", Kind.SELECT, choices=members(view), missing="Choose a partner."),
            Field("person", "Who sees to it?", Kind.SELECT, choices=acting(view), none_yet="Nobody in particular"),
            _WHY,
        ),
        "Give it to them",
        {"owner": (action.owner,), "person": (action.person or "",)},
        lede=action.text,
    )


def _drop(view: View, action: Action, actor: str) -> Ask:
    return Ask("Drop the action", (_WHY,), "Drop the action", lede="It can be taken up again.")


def _reopen(view: View, action: Action, actor: str) -> Ask:
    return Ask("The action is to be done after all", (_WHY,), "Take it up again", lede=action.text)


def _to_reword(action: Action) -> Mapping[str, Any]:
    """Return what an action keeps that is worded anew: all but its words and its number."""
    kept = {"decision": action.decision, "owner": action.owner, "person": action.person, "due": action.due.isoformat()}
    return {**kept, "in_place_of": action.reference}


def _reword(view: View, action: Action, actor: str) -> Ask:
    code = ACTIONS.next_reference(view.code, view.register.actions)
    owner = view.figures().partner_name(action.owner)
    return Ask(
        "Word the action anew",
        (
            Field("code", "Code", Kind.HIDDEN),
            Field("text", "What must be done?", Kind.TEXT, missing="Say what must be done."),
        ),
        "Word it anew",
        {"code": (short(view.code, code),), "text": (action.text,)},
        lede=f"It becomes an action of its own, still for {owner} and due {plain_date(action.due)}. "
        f"This one, {action.reference}, is dropped and says so.",
    )


def _instead_of(view: View, action: Action, command: Any, form: Form) -> Sequence[Command]:
    """Return what drops the action that another one takes the place of. Raises FormRefused for the same words."""
    if command.text == action.text:
        raise FormRefused(replace(form, faults={"text": "It says this already. Change the words, or leave them."}))
    reason = f"Worded anew as {full(view.code, command.code)}."
    return [DropAction.model_validate({**_about(action), "reason": reason})]


def _is_open(view: View, action: Action) -> bool:
    return action.is_open


CHANGES: tuple[Change[Action], ...] = (
    Change("done", "Done", CompleteAction, _about, _done, _is_open),
    Change("move", "Move", MoveAction, _about, _move, _is_open),
    Change("reassign", "Give to somebody else", ReassignAction, _about, _reassign, _is_open),
    Change(
        "reword",
        "Word anew",
        AssignAction,
        _to_reword,
        _reword,
        _is_open,
        _instead_of,
        makes_new=True,
        overwrites=False,
    ),
    Change("drop", "Drop", DropAction, _about, _drop, _is_open),
    Change("reopen", "Take up again", ReopenAction, _about, _reopen, lambda view, action: not action.is_open),
)
ACTION: Place[Action] = Place(
    path="/board/{partnership}/actions/{action}",
    address_of=lambda view, action: f"/board/{view.code}/actions/{short(view.code, action.reference)}",
    find=lambda view, parts: view.find(ACTIONS, parts["action"]),
    version_of=lambda parts: full(parts["partnership"], parts["action"]),
    shown_at=lambda to, action: to.of(action.reference),
    called=lambda action: action.reference,
    room=("Board", "board"),
)
_PUT_RIGHT: dict[type[Fact], tuple[str, str]] = {
    ActionAssigned: ("reword", "Correct this"),
    ActionCompleted: ("reopen", "Undo"),
    ActionDropped: ("reopen", "Undo"),
    ActionMoved: ("move", "Correct this"),
    ActionReassigned: ("reassign", "Correct this"),
}


def _links(view: View, event: Recorded, reader: str) -> Sequence[Link]:
    return offered(view, ACTION, view.register.actions[event.fact.subject(view.code)], CHANGES, reader)


TELLING = Telling(happened, by_kind(_PUT_RIGHT), _links)
