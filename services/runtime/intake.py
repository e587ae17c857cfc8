"""Taking a batch of events in: their effects, the positions they lead to and nothing else, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError
from sqlalchemy import Connection

from contracts.envelope import ChainBroken, Position, Recorded, from_wire
from contracts.events import UnknownFact
from services.runtime import inbox
from services.runtime.failpoints import reached
from services.runtime.inbox import Verdict
from services.runtime.stream_reader import Message

Apply = Callable[[Connection, Sequence[Recorded]], None]


@dataclass(slots=True)
class Hindrance:
    """Why a partnership cannot go on: in words, and the highest version that has been seen of it."""

    seen: int
    reason: str


@dataclass(slots=True)
class Taken:
    """What came of a batch: the events taken in, where each partnership now stands, and what was in the way."""

    events: list[Recorded] = field(default_factory=list)
    positions: dict[str, Position] = field(default_factory=dict)
    hindrances: dict[str, Hindrance] = field(default_factory=dict)

    def hinder(self, partnership: str, version: int, reason: str) -> None:
        """Note that an event could not be taken in; the first reason stays, the highest version counts."""
        known = self.hindrances.setdefault(partnership, Hindrance(version, reason))
        known.seen = max(known.seen, version)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message that is no event that this service can read."""

    partnership: str
    version: int
    """0 where not even that can be told."""
    reason: str


def decode(messages: Iterable[Message]) -> list[Recorded | Unreadable]:
    """Read the events out of messages, in order."""
    return [_decode(message) for message in messages]


def take_in(connection: Connection, consumer: str, arrived: Sequence[Recorded | Unreadable], apply: Apply) -> Taken:
    """Apply those of the ``arrived`` events whose turn it is and move the consumer's positions past them.

    Raises what ``apply`` raises; nothing is taken in then.
    """
    known = inbox.known_positions(connection, consumer, {event.partnership for event in arrived})
    taken = Taken(positions=dict(known))
    for event in arrived:
        _judge(taken, event)
    if taken.events:
        moved = {event.partnership: taken.positions[event.partnership] for event in taken.events}
        inbox.move(connection, consumer, known, moved)  # first: effects may ask how far the consumer has got
        apply(connection, taken.events)
        reached("consumer.applied")
    return taken


def _judge(taken: Taken, event: Recorded | Unreadable) -> None:
    position = taken.positions.get(event.partnership, Position())
    if isinstance(event, Unreadable):
        if event.version == 0 or event.version > position.version:
            taken.hinder(event.partnership, event.version, event.reason)
        return
    try:
        verdict = inbox.judge(position, event)
    except ChainBroken as broken:
        taken.hinder(event.partnership, event.version, str(broken))
        return
    if verdict is Verdict.NEXT:
        taken.positions[event.partnership] = event.position
        taken.events.append(event)
    elif verdict is Verdict.GAP:
        taken.hinder(event.partnership, event.version, f"event {position.version + 1} is missing")


def _decode(message: Message) -> Recorded | Unreadable:
    try:
        return from_wire(message.data)
    except (ValidationError, UnknownFact, ChainBroken) as error:
        reason = f"a message on {message.subject} cannot be read: {str(error).splitlines()[0]}"
        return Unreadable(message.subject.split(".")[1], _version_of(message), reason)


def _version_of(message: Message) -> int:
    """Return the version that an unreadable event still gives away, in its attributes or its message id; else 0."""
    try:
        version = json.loads(message.data)["version"]
    except (ValueError, TypeError, LookupError):
        version = (message.headers or {}).get("Nats-Msg-Id", "").rpartition("-")[2]
    return int(version) if str(version).isdecimal() else 0
