"""Carrying commands out as a trial, one upon the other, on a register that is thrown away: what is refused."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from datetime import datetime

from domain.register import Register
from services.programme.core.command import Command
from services.programme.core.deciding import Context, Refused, decide
from services.programme.core.event_factory import cause_of, not_before_the_last, sealed
from services.programme.core.register_cache import CachedRegister


def rehearse(live: CachedRegister, commands: Sequence[Command], actor: str, now: datetime) -> list[Refused | None]:
    """Return for each command why it would be refused, None where it would not. The register changes.

    One that is refused is left out, so that what is wrong with the others is found too.
    """
    return [_tried(live, command, actor, not_before_the_last(live.register, now)) for command in commands]


def foreseen(copy: bytes, commands: Sequence[Command], actor: str, now: datetime) -> Register:
    """Return a register as it would be once commands were carried out; those that would be refused are left out.

    ``copy`` is what ``CachedRegister.copy`` returned.
    """
    register: Register = pickle.loads(copy)  # noqa: S301 - these bytes are our own, made a moment ago
    live = CachedRegister(register.code)
    live.register = register
    rehearse(live, commands, actor, now)
    return live.register


def _tried(live: CachedRegister, command: Command, actor: str, now: datetime) -> Refused | None:
    try:
        decided = decide(live.register, command, Context(actor, now))
    except Refused as refused:
        return refused
    live.take(sealed(live.register, decided, now, cause_of(live.register, actor, None)))
    return None
