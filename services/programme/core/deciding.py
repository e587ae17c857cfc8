"""Deciding: a command against the present state gives facts, or is refused. No input or output, no clock."""

from __future__ import annotations

from domain.register import Register
from services.programme.core import permissions
from services.programme.core.command import Command
from services.programme.core.decider import (
    RULES,
    SYSTEM,
    AlreadyGiven,
    Context,
    NewEvent,
    NoPartnership,
    NotAllowed,
    Refused,
)
from services.programme.core.full_references import with_full_references
from services.programme.partnership.commands import FormPartnership
from services.programme.partnership.needed_holidays import with_holidays

__all__ = [
    "SYSTEM",
    "AlreadyGiven",
    "Context",
    "NewEvent",
    "NoPartnership",
    "NotAllowed",
    "Refused",
    "decide",
]


def decide(register: Register, command: Command, context: Context) -> list[NewEvent]:
    """Return what happens when ``command`` is carried out now: nothing where it would change nothing.

    Raises Refused, or NotAllowed where the person's roles do not give them this. The register stays as it is.
    """
    forming = isinstance(command, FormPartnership)
    if register.formed is None and not forming:
        raise NoPartnership("", f"there is no partnership {register.code}; form it first")
    command = with_full_references(command, register.code)
    if not forming:
        permissions.check(register, command, context.actor, register.calendar.local_date(context.now))
    facts = RULES[type(command)](register, command, context)
    if all(isinstance(each, NewEvent) for each in facts):
        decided: list[NewEvent] = list(facts)  # type: ignore[arg-type]
    else:
        today = register.calendar.local_date(context.now)
        decided = [each if isinstance(each, NewEvent) else NewEvent(each, today) for each in facts]
    return with_holidays(register, decided, context.now)
