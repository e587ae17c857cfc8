"""Taking a batch of events in: their effects, the positions they lead to and nothing else, in one transaction.

A message is judged by its seal before anything that it says is believed. One that no service sealed is a message: it
is kept for people to see, and is nothing to the partnership whose name it uses.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError
from sqlalchemy import Connection

from contracts.envelope import ChainBroken, Position, Recorded, unseal
from contracts.events import UnknownFact
from contracts.sealing import NotSealed, Opened, Seals
from services.runtime.base.failpoints import reached
from services.runtime.base.telemetry import traceparent_in
from services.runtime.messaging import inbox
from services.runtime.messaging.inbox import Rewind, Verdict, leave_all
from services.runtime.messaging.stream_reader import Message

Apply = Callable[[Connection, Sequence[Recorded]], None]


@dataclass(slots=True)
class Blockage:
    """Why a partnership cannot go on: in words, and the highest version that has been seen of it."""

    seen: int
    reason: str


@dataclass(slots=True)
class Taken:
    """What came of a batch: the events taken in, where each partnership now stands, and what was in the way."""

    events: list[Recorded] = field(default_factory=list)
    positions: dict[str, Position] = field(default_factory=dict)
    blockages: dict[str, Blockage] = field(default_factory=dict)
    anew: set[str] = field(default_factory=set)
    """The partnerships whose log is of a later epoch than what was taken in before."""

    def begin_anew(self, partnership: str, epoch: str) -> None:
        """Stand before the first event of a later epoch; what came of the one before does not count."""
        self.positions[partnership] = Position(epoch=epoch)
        self.events = [event for event in self.events if event.partnership != partnership]
        self.blockages.pop(partnership, None)
        self.anew.add(partnership)

    def hinder(self, partnership: str, version: int, reason: str) -> None:
        """Note that an event could not be taken in; the first reason stays, the highest version counts."""
        known = self.blockages.setdefault(partnership, Blockage(version, reason))
        known.seen = max(known.seen, version)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An event, sealed by its service, that this one cannot read: it is older than the one that wrote it."""

    partnership: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class UnsealedMessage:
    """A message that no service sealed, or that is not what its subject says. Nothing in it is to be believed."""

    subject: str
    wire: bytes
    reason: str


Event = Recorded | Unreadable
Arrival = Event | UnsealedMessage


def decode(messages: Iterable[Message], seals: Seals) -> list[Arrival]:
    """Read the events out of messages of a stream, in order, those that one of its keys has sealed."""
    prefix = seals.stream.lower()
    return [_decode(message, seals, prefix) for message in messages]


def events_among(arrivals: Iterable[Arrival]) -> list[Event]:
    """Return what a service has sent."""
    return [arrival for arrival in arrivals if not isinstance(arrival, UnsealedMessage)]


def unsealed_among(arrivals: Iterable[Arrival]) -> list[UnsealedMessage]:
    """Return what none has sent."""
    return [arrival for arrival in arrivals if isinstance(arrival, UnsealedMessage)]


def take_in(
    connection: Connection, consumer: str, arrived: Sequence[Event], apply: Apply, rewind: Rewind = leave_all
) -> Taken:
    """Apply those of the ``arrived`` events whose turn it is and move the consumer's positions past them.

    ``rewind`` is called for each partnership whose log is of a later epoch than what was taken in of it. Raises what
    ``apply`` raises; nothing is taken in then.
    """
    known = inbox.known_positions(connection, consumer, {event.partnership for event in arrived})
    taken = Taken(positions=dict(known))
    for event in arrived:
        _judge(taken, event)
    for partnership in sorted(taken.anew):
        rewind(connection, partnership)
    if taken.events or taken.anew:
        moved = {code: taken.positions[code] for code in taken.anew | {event.partnership for event in taken.events}}
        inbox.move(connection, consumer, known, moved)  # first: effects may ask how far the consumer has got
    if taken.events:
        apply(connection, taken.events)
        reached("consumer.applied")
    return taken


def _judge(taken: Taken, event: Event) -> None:
    position = taken.positions.get(event.partnership, Position())
    if isinstance(event, Unreadable):
        if event.version > position.version:
            taken.hinder(event.partnership, event.version, event.reason)
        return
    try:
        verdict = inbox.judge(position, event)
        if verdict is Verdict.ANEW:
            taken.begin_anew(event.partnership, event.epoch)
            position = taken.positions[event.partnership]
            verdict = inbox.judge(position, event)
    except ChainBroken as broken:
        taken.hinder(event.partnership, event.version, str(broken))
        return
    if verdict is Verdict.NEXT:
        taken.positions[event.partnership] = event.position
        taken.events.append(event)
    elif verdict is Verdict.GAP:
        taken.hinder(event.partnership, event.version, f"event {position.version + 1} is missing")


def _decode(message: Message, seals: Seals, prefix: str) -> Arrival:
    try:
        opened = seals.open(message.data)
    except NotSealed as reason:
        return UnsealedMessage(message.subject, message.data, f"no service sent it: {reason}")
    try:
        event = unseal(*opened)
    except (ValidationError, UnknownFact) as error:
        return _unreadable(message, opened, prefix, str(error).splitlines()[0])
    if message.subject != f"{prefix}.{event.partnership}.{event.fact.slug()}":
        return _misplaced(message, event.id)
    traceparent = traceparent_in(message.headers)
    return event._replace(traceparent=traceparent) if traceparent else event


def _unreadable(message: Message, opened: Opened, prefix: str, fault: str) -> Arrival:
    """Return what can be told of an event that has a genuine seal and cannot be read."""
    attributes = json.loads(opened.body)
    partnership, version = str(attributes["partnership"]), int(attributes["version"])
    if not message.subject.startswith(f"{prefix}.{partnership}."):
        return _misplaced(message, str(attributes["id"]))
    return Unreadable(partnership, version, f"a message on {message.subject} cannot be read: {fault}")


def _misplaced(message: Message, event: str) -> UnsealedMessage:
    return UnsealedMessage(
        message.subject, message.data, f"it is the event {event}, which does not belong on this subject"
    )
