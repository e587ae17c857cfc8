"""From what was decided to the events that say so, sealed one after another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from contracts.envelope import Cause, Recorded, seal
from contracts.events.partnership import HolidaysRecorded
from domain.register import Register
from services.programme.core.decider import SYSTEM, NewEvent
from services.programme.core.outcome import CommandOutcome

STREAM = "programme"


def not_before_the_last(register: Register, now: datetime) -> datetime:
    """Return when something that happens ``now`` is recorded: a log never goes back, whatever the clock does."""
    return now if register.recorded_at is None else max(now, register.recorded_at)


def cause_of(register: Register, actor: str, correlation: str | None, causation: str | None = None) -> Cause:
    """Return the cause of the next events. A command goes by the version of the first event that it leads to."""
    command = causation or f"command-{register.code}-{register.position.version + 1}"
    return Cause(actor, correlation or command, command)


def sealed(register: Register, decided: Iterable[NewEvent], recorded_at: datetime, cause: Cause) -> list[Recorded]:
    """Return the events that follow the register's last one. The register stays as it is."""
    events: list[Recorded] = []
    position = register.position
    for each in decided:
        event = seal(
            STREAM,
            register.code,
            position,
            each.fact,
            recorded_at=recorded_at,
            effective_on=each.effective_on,
            cause=replace(cause, actor=SYSTEM) if each.by_system else cause,
        )
        events.append(event)
        position = event.position
    return events


def outcome_of(partnership: str, before: int, events: Sequence[Recorded]) -> CommandOutcome:
    """Return what these events come to, in a log that had ``before`` of them."""
    return CommandOutcome(
        partnership=partnership,
        version=before + len(events),
        events=len(events),
        references=tuple(dict.fromkeys(event.subject for event in events if not _is_beside(event))),
    )


def _is_beside(event: Recorded) -> bool:
    """Say whether the system recorded it beside what was asked for, so that the answer need not speak of it."""
    return isinstance(event.fact, HolidaysRecorded)
