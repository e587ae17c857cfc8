"""Publishing events to a stream: a window of them is on its way, and what the broker has acknowledged of it counts."""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from contracts.envelope import event_id
from contracts.sealing import Seals, seal_of
from services.runtime.base.failpoints import reached
from services.runtime.base.telemetry import TRACEPARENT, current_traceparent
from services.runtime.messaging import spans
from services.runtime.messaging.keyring import Keyring
from services.runtime.messaging.streams import subject_of
from services.runtime.store.event_store import Stored

WINDOW = 256
LOOK_SECONDS = 0.1
"""How often to look whether what is on its way will ever be acknowledged."""

_ACKNOWLEDGE_SECONDS = 10.0  # a cluster that changes its leader takes six to eight
_NOT_IN_TIME = "the broker did not acknowledge an event in time"
_TYPE = re.compile(rb'"type":"([^"]+)"')  # an attribute of the envelope, which come before the fact
_log = structlog.get_logger(__name__)


class NotAcknowledged(Exception):
    """The broker has not acknowledged an event. It may be stored all the same."""


class _Acknowledged(NamedTuple):
    """The broker has stored an event, as this message of the stream, or had it already."""

    sequence: int
    duplicate: bool


@dataclass(slots=True)
class _OnItsWay:
    """An event that the broker was handed, by when it is to answer (by the loop's clock), and what it has answered.

    That is the reason, in its words, where it refuses; None as long as it has not answered.
    """

    event: Stored
    deadline: float
    answer: _Acknowledged | str | None = None


class Publisher:
    """Publishes the events of one log to one stream, that of the ``keyring``, under its seal.

    Up to WINDOW of them are on their way at once: none waits for the acknowledgement of another. What the broker
    answers comes to an inbox of the publisher's own. nats-py would make a future for each event, with callbacks and a
    place in a queue, and would tell of a refusal only once time is up.
    """

    def __init__(self, connection: Client, keyring: Keyring, acknowledged: Callable[[Stored], None]) -> None:
        """``acknowledged`` hears of each event that the broker has acknowledged.

        Of each partnership it hears in order: nothing counts behind an event that failed.
        """
        self._connection = connection
        self._inbox = ""  # until something is sent
        self._numbers = count(1)
        self._unanswered: dict[str, _OnItsWay] = {}  # by the subject of the answer
        self._something_answered = asyncio.Event()
        self._keyring = keyring
        self._stream = keyring.stream
        self._acknowledged = acknowledged
        self._on_their_way: deque[_OnItsWay] = deque()
        self._reconnections = 0
        self._last_sequence = 0

    @property
    def room(self) -> int:
        """Return how many more events may be sent now."""
        return WINDOW - len(self._on_their_way)

    async def send(self, events: Iterable[Stored], epoch: str, *, anew: bool = False) -> None:
        """Hand over ``events``, no more than there is room for, in order.

        ``epoch`` is that of the log. ``anew`` leaves out the message id, for a broker that remembers having had the
        event but has it no more. Raises nats.errors.Error where the connection takes nothing.
        """
        if not self._inbox:
            await self._listen()
        seals = self._keyring.seals()
        deadline = asyncio.get_running_loop().time() + _ACKNOWLEDGE_SECONDS
        if not self._on_their_way:
            self._reconnections = self._connection.stats["reconnects"]
        for event in events:
            sent = _OnItsWay(event, deadline)
            reply = f"{self._inbox}.{next(self._numbers)}"
            self._unanswered[reply] = sent
            self._on_their_way.append(sent)
            await self._publish(event, epoch, seals, reply, anew=anew)
        reached("relay.published")

    def check(self) -> None:
        """Raise NotAcknowledged where an event was refused, time is up, or the connection they went by was replaced.

        Nothing counts as being on its way then; what had been acknowledged has been told.
        """
        if (problem := self._problem()) is None:
            return
        held_up: set[str] = set()
        for sent in self._given_up():
            if not isinstance(sent.answer, _Acknowledged):
                held_up.add(sent.event.partnership)
            elif sent.event.partnership not in held_up:
                self._count(sent.event, sent.answer)
        raise NotAcknowledged(problem)

    async def settled(self) -> None:
        """Wait until nothing is on its way any more. Raises NotAcknowledged as ``check`` does."""
        while self._on_their_way:
            self._something_answered.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._something_answered.wait()
            self.check()

    def forget(self) -> None:
        """Let nothing that is on its way count."""
        self._given_up()

    async def _listen(self) -> None:
        """Have what the broker answers come to an inbox that nobody else has."""
        inbox = self._connection.new_inbox()
        await self._connection.subscribe(f"{inbox}.*", cb=self._answered)
        self._inbox = inbox

    async def _publish(self, event: Stored, epoch: str, seals: Seals, reply: str, *, anew: bool) -> None:
        slug = _slug_of(event.body)
        wire = seals.seal(event.body, event.chain, epoch)
        headers = {} if anew else {"Nats-Msg-Id": self._message_id(event, wire)}
        subject = subject_of(self._stream, event.partnership, slug)
        if not event.traceparent:
            await self._connection.publish(subject, wire, reply=reply, headers=headers or None)
            return
        with spans.publishing(subject, self._id_of(event), event.traceparent):
            headers[TRACEPARENT] = current_traceparent() or event.traceparent
            await self._connection.publish(subject, wire, reply=reply, headers=headers)

    def _id_of(self, event: Stored) -> str:
        return event_id(self._stream.lower(), event.partnership, event.version)

    def _message_id(self, event: Stored, wire: bytes) -> str:
        """Return what the broker knows a message by that was sent twice.

        Nobody can foresee the seal: under an id that others knew, a false message that came first would have the broker
        take the genuine one for its duplicate and drop it.
        """
        return f"{self._id_of(event)}-{seal_of(wire)[:32]}"

    async def _answered(self, message: Msg) -> None:
        sent = self._unanswered.pop(message.subject, None)
        if sent is not None:  # else it was given up in the meantime
            sent.answer = _answer_in(message)
            self._count_answered()
            self._something_answered.set()

    def _count_answered(self) -> None:
        """Count what has been acknowledged, in the order in which it was sent."""
        while self._on_their_way and isinstance(answer := self._on_their_way[0].answer, _Acknowledged):
            self._count(self._on_their_way.popleft().event, answer)

    def _problem(self) -> str | None:
        """Return what keeps the first event that is on its way from being acknowledged; None where it may still be."""
        if not self._on_their_way:
            return None
        first = self._on_their_way[0]
        if isinstance(first.answer, str):
            return first.answer
        if self._connection.stats["reconnects"] != self._reconnections:
            return "the connection to the broker was replaced"
        return _NOT_IN_TIME if asyncio.get_running_loop().time() >= first.deadline else None

    def _given_up(self) -> Iterable[_OnItsWay]:
        """Return what was on its way, of which nothing is any more."""
        given_up, self._on_their_way = self._on_their_way, deque()
        self._unanswered.clear()
        return given_up

    def _count(self, event: Stored, answer: _Acknowledged) -> None:
        self._watch(answer)
        self._acknowledged(event)

    def _watch(self, answer: _Acknowledged) -> None:
        """Notice when a stream numbers its messages from an earlier point: it has lost some that it had taken."""
        if answer.duplicate:
            return
        if answer.sequence <= self._last_sequence:
            _log.error(
                "the stream was replaced by an older or an empty one; republish the log to fill it",
                stream=self._stream,
                was_at=self._last_sequence,
                is_at=answer.sequence,
            )
        self._last_sequence = answer.sequence


def _slug_of(body: bytes) -> str:
    """Return what an event is called in its subject; found without reading all of the event."""
    found = _TYPE.search(body)
    if found is None:
        raise ValueError("a stored event names no type")
    return found[1].decode().split(".")[-2]


def _answer_in(message: Msg) -> _Acknowledged | str:
    """Return what the broker answers to an event that it was handed."""
    if not message.data:  # nothing but a status: no stream takes this subject, or none is there to take it
        return "no stream answered"
    answer = json.loads(message.data)
    if (error := answer.get("error")) is not None:
        return f"{error.get('description', 'an error')} ({error.get('err_code', error.get('code', 0))})"
    return _Acknowledged(answer["seq"], answer.get("duplicate", False))
