"""Why an entry is refused: the first reason, and what would be refused besides if that one were mended."""

from __future__ import annotations

import re
from collections.abc import Callable

from services.programme.core.command import Command
from services.programme.core.decider import NotAllowed, Refused

MOST = 10
_STEP = re.compile(r"[^.\[\]]+")

Try = Callable[[Command, str], object]
"""Decides a command by somebody. Raises Refused."""


def refusals(attempt: Try, command: Command, actor: str, secretary: str) -> list[Refused]:
    """Return every reason against ``command`` that can be found by leaving out, one by one, what is wrong with it.

    What may not be left out ends the search; that somebody may not do this does not, as the secretary may do it all.
    """
    found: list[Refused] = []
    while len(found) < MOST:
        try:
            attempt(command, actor)
        except Refused as refused:
            if _part(refused) in {_part(each) for each in found}:
                return found
            found.append(refused)
            if isinstance(refused, NotAllowed) and actor != secretary:
                actor = secretary
                continue
            without = _without(command, steps(refused))
            if without is None:
                return found
            command = without
        else:
            return found
    return found


def acceptable(attempt: Try, command: Command, actor: str) -> Command | None:
    """Return ``command`` without those parts for which it is refused; None where it needs one of them."""
    while True:
        try:
            attempt(command, actor)
        except Refused as refused:
            without = _without(command, steps(refused))
            if without is None or without == command:
                return None
            command = without
        else:
            return command


def steps(refused: Refused) -> list[str | int]:
    """Return the way to what was refused: ``effect.set_baseline.milestones`` in its parts."""
    return [int(step) if step.isdecimal() else step for step in _STEP.findall(refused.field)]


def _part(refused: Refused) -> str:
    return str(next(iter(steps(refused)), ""))


def _without(command: Command, way: list[str | int]) -> Command | None:
    """Return the command without the part that was refused, None where it needs that part."""
    name = _field_named(type(command), way[0]) if way else None
    if name is None:
        return None
    field = type(command).model_fields[name]
    if not field.is_required():
        return command.model_copy(update={name: field.get_default(call_default_factory=True)})
    value = getattr(command, name)
    if isinstance(value, tuple) and len(way) > 1 and isinstance(way[1], int):
        return command.model_copy(update={name: value[: way[1]] + value[way[1] + 1 :]})
    return None


def _field_named(model: type[Command], written: str | int) -> str | None:
    return next((name for name, field in model.model_fields.items() if written in (name, field.alias)), None)
