"""From a log back to the commands that it came of. Each is tried: it has to lead to the very facts again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from contracts.envelope import Recorded
from contracts.events import Fact
from domain.register import Register, apply
from services.programme.capabilities import CAPABILITIES
from services.programme.core.command import Command
from services.programme.core.deciding import SYSTEM, Context, NewEvent, Refused, decide
from services.programme.core.written import Following, Written
from services.programme.file.people import People

WRITTEN: dict[type[Fact], tuple[Written, ...]] = {
    fact: ways for capability in CAPABILITIES for fact, ways in capability.written.items()
}
"""By kind of fact, the commands that it may have come of. What comes of others alone, such as effects, has none."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A command as it stands behind events of a log: by whom, when.

    ``is_exact`` where deciding it leads to these very facts. It is not for an item that the system put on an agenda,
    which a file can only have as the secretary's, nor for what was decided by rules that have changed since.
    """

    command: Command
    actor: str
    at: datetime
    is_exact: bool


def entries_of(events: Sequence[Recorded]) -> Iterator[LogEntry]:
    """Yield the commands behind a log, from its first event on, in their order."""
    register = Register(events[0].partnership)
    coming = frozenset(each.subject for each in events)
    done = 0
    while done < len(events):
        lead = next((number for number in range(done, len(events)) if not _is_note(events[number])), None)
        if lead is None:
            return
        entry, end = _entry(register, events, lead, coming)
        if entry is not None:
            yield entry
        for event in events[done:end]:
            apply(register, event)
        done = end


def _entry(
    register: Register, events: Sequence[Recorded], lead: int, coming: frozenset[str]
) -> tuple[LogEntry | None, int]:
    """Return the command behind the event at ``lead``, and the number of the first event that did not come of it."""
    event = events[lead]
    actor = People.secretary_of(event.partnership) if event.actor == SYSTEM else event.actor
    context = Context(actor, event.recorded_at, coming, getattr(event.fact, "imported_at", None))
    first: LogEntry | None = None
    for command in _candidates(register, events, lead):
        end = _end_of(register, command, context, events, lead)
        if end is not None:
            return LogEntry(command, actor, event.recorded_at, is_exact=True), end
        first = first or LogEntry(command, actor, event.recorded_at, is_exact=False)
    return first, lead + 1


def _candidates(register: Register, events: Sequence[Recorded], lead: int) -> Iterator[Command]:
    event = events[lead]
    for way in WRITTEN.get(type(event.fact), ()):
        try:
            yield way.command.model_validate(way.parts(Following(event, events[lead + 1 :], register)))
        except ValidationError:
            continue


def _end_of(
    register: Register, command: Command, context: Context, events: Sequence[Recorded], lead: int
) -> int | None:
    """Return the number behind the events that a command leads to; None where it leads to others, or is refused."""
    try:
        decided = decide(register, command, context)
    except Refused:
        return None
    expected = [each for each in decided if not each.by_system]
    if not expected:
        return None
    number = lead
    for each in expected:
        while number < len(events) and _is_note(events[number]):
            number += 1
        if number == len(events) or not _is(each, events[number]):
            return None
        number += 1
    return number


def _is(decided: NewEvent, event: Recorded) -> bool:
    return (decided.fact, decided.effective_on) == (event.fact, event.effective_on)


def _is_note(event: Recorded) -> bool:
    """Say whether the system noted an event beside what somebody asked for: the holidays of a year."""
    return event.actor == SYSTEM and type(event.fact) not in WRITTEN
