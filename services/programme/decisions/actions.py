"""Deciding on actions: what someone must do after a decision."""

from __future__ import annotations

from contracts.events.decisions import (
    ActionAssigned,
    ActionCompleted,
    ActionDropped,
    ActionMoved,
    ActionReassigned,
    ActionReopened,
)
from domain.register import Register
from domain.register.decisions import ACTIONS, DECISIONS, Action, Decision
from domain.register.partners import PARTNERS
from services.programme.core import lookup
from services.programme.core.dates import check_dates
from services.programme.core.decider import Context, Facts, NewEvent, Refused, decides
from services.programme.decisions.commands import (
    AssignAction,
    CompleteAction,
    DropAction,
    MoveAction,
    ReassignAction,
    ReopenAction,
)
from services.programme.partnership.lookup import find_person


@decides(AssignAction)
def assign(register: Register, command: AssignAction, context: Context) -> Facts:
    decision = lookup.find(DECISIONS, register, command.decision)
    reference = lookup.free(ACTIONS, register, command.code)
    owner = lookup.find(PARTNERS, register, command.owner, "owner")
    if command.person is not None:
        find_person(register, command.person)
    former = None if command.in_place_of is None else _worded_anew(register, command.in_place_of, decision)
    return [
        ActionAssigned(
            action=reference,
            decision=decision.reference,
            text=command.text,
            owner=owner.code,
            person=command.person,
            due=command.due,
            in_place_of=former,
        )
    ]


@decides(CompleteAction)
def complete(register: Register, command: CompleteAction, context: Context) -> Facts:
    action = _open(register, command.action)
    check_dates(register, command, context)
    return [NewEvent(ActionCompleted(action=action.reference, on=command.on, evidence=command.evidence), command.on)]


@decides(MoveAction)
def move(register: Register, command: MoveAction, context: Context) -> Facts:
    action = _open(register, command.action)
    if command.due == action.due:
        raise Refused("due", f"{action.reference} is due on {action.due} already; give another date")
    return [ActionMoved(action=action.reference, due=command.due, reason=command.reason)]


@decides(ReassignAction)
def reassign(register: Register, command: ReassignAction, context: Context) -> Facts:
    action = _open(register, command.action)
    owner = lookup.find(PARTNERS, register, command.owner, "owner")
    if command.person is not None:
        find_person(register, command.person)
    if (owner.code, command.person) == (action.owner, action.person):
        return []
    return [ActionReassigned(action=action.reference, owner=owner.code, person=command.person, reason=command.reason)]


@decides(DropAction)
def drop(register: Register, command: DropAction, context: Context) -> Facts:
    action = _open(register, command.action)
    return [ActionDropped(action=action.reference, reason=command.reason)]


@decides(ReopenAction)
def reopen(register: Register, command: ReopenAction, context: Context) -> Facts:
    action = lookup.find(ACTIONS, register, command.action)
    if action.is_open:
        raise Refused("action", f"{action.reference} is open, so there is nothing to take back")
    return [ActionReopened(action=action.reference, reason=command.reason)]


def _worded_anew(register: Register, reference: str, decision: Decision) -> str:
    action = _open(register, reference, "in_place_of")
    if action.decision != decision.reference:
        raise Refused("in_place_of", f"{action.reference} comes from {action.decision}, not from {decision.reference}")
    return action.reference


def _open(register: Register, reference: str, field: str = "action") -> Action:
    action = lookup.find(ACTIONS, register, reference, field)
    if action.completed_on is not None:
        raise Refused(field, f"{action.reference} was completed already, on {action.completed_on}")
    if action.dropped_at is not None:
        raise Refused(field, f"{action.reference} was dropped; reopen it first, if it is to be done after all")
    return action
