"""Reading events out of the messages of a stream.

A message is judged by its seal before anything that it says is believed. One that no service sealed is a message: it
is kept for people to see, and is nothing to the partnership whose name it uses.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from contracts.envelope import NewerEvent, Recorded, unseal
from contracts.sealing import NotSealed, Opened, Seals
from services.runtime.base.telemetry import traceparent_in
from services.runtime.messaging.parts import part_of
from services.runtime.messaging.stream_reader import Message


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An event, sealed by its service, that this one cannot read: it is older than the one that wrote it.

    ``event`` is what happened, as its subject says.
    """

    partnership: str
    version: int
    event: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnsealedMessage:
    """A message that no service sealed, or that is not what its subject says. Nothing in it is to be believed."""

    subject: str
    wire: bytes
    reason: str


Event = Recorded | Unreadable
Decoded = Event | UnsealedMessage


def decode(messages: Iterable[Message], seals: Seals) -> list[Decoded]:
    """Read the events out of messages of a stream, in order, those that one of its keys has sealed."""
    prefix = seals.stream.lower()
    return [_decode(message, seals, prefix) for message in messages]


def events_among(decoded: Iterable[Decoded]) -> list[Event]:
    """Return what a service has sent."""
    return [each for each in decoded if not isinstance(each, UnsealedMessage)]


def unsealed_among(decoded: Iterable[Decoded]) -> list[UnsealedMessage]:
    """Return what none has sent."""
    return [each for each in decoded if isinstance(each, UnsealedMessage)]


def _decode(message: Message, seals: Seals, prefix: str) -> Decoded:
    try:
        opened = seals.open(message.data)
    except NotSealed as reason:
        return UnsealedMessage(message.subject, message.data, f"no service sent it: {reason}")
    try:
        event = unseal(*opened)
    except NewerEvent as error:
        return _unreadable(message, opened, prefix, str(error))
    own = f"{prefix}.{event.partnership}.{event.fact.slug()}"
    if message.subject not in (own, f"{own}.{part_of(event.partnership)}"):  # a stream may number its parts
        return _misplaced(message, event.id)
    traceparent = traceparent_in(message.headers)
    return event._replace(traceparent=traceparent) if traceparent else event


def _unreadable(message: Message, opened: Opened, prefix: str, fault: str) -> Decoded:
    """Return what can be told of an event that has a genuine seal and cannot be read."""
    attributes = json.loads(opened.body)
    partnership, version = str(attributes["partnership"]), int(attributes["version"])
    if not message.subject.startswith(f"{prefix}.{partnership}."):
        return _misplaced(message, str(attributes["id"]))
    happened = message.subject.split(".")[2]
    return Unreadable(partnership, version, happened, f"a message on {message.subject} cannot be read: {fault}")


def _misplaced(message: Message, event: str) -> UnsealedMessage:
    return UnsealedMessage(
        message.subject, message.data, f"it is the event {event}, which does not belong on this subject"
    )
