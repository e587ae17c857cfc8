"""Considering what is asked for, upon a register in memory: what was answered to it before, or what it comes to now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from services.programme.core.command import Command
from services.programme.core.command_request import CommandRequest
from services.programme.core.deciding import Context, NewEvent, Refused, decide
from services.programme.core.event_factory import not_before_the_last
from services.programme.core.outcome import ChangedMeanwhile, CommandOutcome, EntryRefused
from services.programme.core.register_cache import CachedRegister


def answer_or_events(
    connection: Connection, live: CachedRegister, asked: CommandRequest, now: datetime
) -> CommandOutcome | Sequence[NewEvent]:
    """Return what was answered to this before, whatever has become of it since; else what is decided on it now."""
    if (remembered := asked.answer_before(connection, live.partnership)) is not None:
        return remembered
    try:
        _check_unchanged(live, asked)
        return decided_upon(live, asked.commands, asked.actor, now)
    except (Refused, EntryRefused, ChangedMeanwhile):
        # CommandRequest beforehand: another replica may have answered this request since, and be what is in its way.
        if (remembered := asked.answer_before(connection, live.partnership)) is None:
            raise
        return remembered


def decided_upon(live: CachedRegister, commands: Sequence[Command], actor: str, now: datetime) -> Sequence[NewEvent]:
    """Return what commands come to, each decided upon the register as it is. One of several raises EntryRefused."""
    if len(commands) == 1:
        return _alone(live, commands[0], actor, now)
    decided: list[NewEvent] = []
    for index, command in enumerate(commands):
        try:
            facts = _alone(live, command, actor, now)
        except Refused as refused:
            raise EntryRefused(index, refused) from refused
        decided += (each for each in facts if not (each.by_system and each in decided))  # holidays that several need
    return decided


def _alone(live: CachedRegister, command: Command, actor: str, now: datetime) -> Sequence[NewEvent]:
    return decide(live.register, command, Context(actor, not_before_the_last(live.register, now)))


def refusal_of(live: CachedRegister, command: Command, actor: str, now: datetime) -> Refused | None:
    """Return why a command would be refused; None where it would not."""
    try:
        _alone(live, command, actor, now)
    except Refused as refused:
        return refused
    return None


def _check_unchanged(live: CachedRegister, asked: CommandRequest) -> None:
    """Raise ChangedMeanwhile where the caller saw another version of the object than there is."""
    if asked.expected_version is None:
        return
    reference = asked.concerns(live.partnership)
    version = live.version_of(reference)
    if version != asked.expected_version:
        raise ChangedMeanwhile(reference or live.partnership, version)
