"""Who may do what with decisions and actions: the chair, and for an action its owner and the person who sees to it."""

from __future__ import annotations

from datetime import date

from domain.register import Register
from domain.register.decisions import ACTIONS
from services.programme.core import lookup
from services.programme.core.grants import ANYONE, CHAIR, LEAD_AND_CONTRIBUTOR, Grant, Grants
from services.programme.decisions.commands import (
    AssignAction,
    CompleteAction,
    DropAction,
    MoveAction,
    RecordDecision,
    ReopenAction,
)


def _owner(register: Register, command: CompleteAction | ReopenAction, on: date) -> frozenset[str]:
    return frozenset({lookup.find(ACTIONS, register, command.action).owner})


def _person(register: Register, command: CompleteAction | ReopenAction) -> str:
    return lookup.find(ACTIONS, register, command.action).person or ""


def _owner_of_done(register: Register, command: ReopenAction, on: date) -> frozenset[str]:
    """The partner that owns the action and may have recorded it as done; what was dropped, the chair dropped."""
    return _owner(register, command, on) if _was_done(register, command) else frozenset()


def _person_of_done(register: Register, command: ReopenAction) -> str:
    return _person(register, command) if _was_done(register, command) else ""


def _was_done(register: Register, command: ReopenAction) -> bool:
    return lookup.find(ACTIONS, register, command.action).dropped_at is None


_WHO_SEES_TO_IT = "the person who sees to it"
GRANTS: Grants = {
    RecordDecision: (Grant(CHAIR),),
    AssignAction: (Grant(CHAIR),),
    MoveAction: (Grant(CHAIR),),
    DropAction: (Grant(CHAIR),),
    CompleteAction: (
        Grant(LEAD_AND_CONTRIBUTOR, _owner),
        Grant(ANYONE, person=_person, called=_WHO_SEES_TO_IT),
    ),
    ReopenAction: (
        Grant(CHAIR),
        Grant(LEAD_AND_CONTRIBUTOR, _owner_of_done),
        Grant(ANYONE, person=_person_of_done, called=_WHO_SEES_TO_IT),
    ),
}
