"""Publishing events to a stream: a window of them is on its way, and what the broker has acknowledged of it counts."""

from __future__ import annotations

import asyncio
import re
from asyncio import Future
from collections import deque
from collections.abc import Callable, Iterable
from typing import NamedTuple

import structlog
from nats.aio.client import Client
from nats.js.api import PubAck

from contracts.envelope import event_id
from contracts.sealing import Seals, seal_of
from services.runtime.base.failpoints import reached
from services.runtime.base.telemetry import TRACEPARENT
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


class _OnItsWay(NamedTuple):
    """An event that the broker was handed, what it answers, and by when (by the loop's clock)."""

    event: Stored
    answer: Future[PubAck]
    deadline: float


class Publisher:
    """Publishes the events of one log to one stream, that of the ``keyring``, under its seal.

    Up to WINDOW of them are on their way at once: none waits for the acknowledgement of another.
    """

    def __init__(self, connection: Client, keyring: Keyring, acknowledged: Callable[[Stored], None]) -> None:
        """``acknowledged`` hears of each event that the broker has acknowledged.

        Of each partnership it hears in order: nothing counts behind an event that failed.
        """
        self._connection = connection
        self._jetstream = connection.jetstream()
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
        seals = self._keyring.seals()
        deadline = asyncio.get_running_loop().time() + _ACKNOWLEDGE_SECONDS
        if not self._on_their_way:
            self._reconnections = self._connection.stats["reconnects"]
        for event in events:
            answer = await self._publish(event, epoch, seals, anew)
            self._on_their_way.append(_OnItsWay(event, answer, deadline))
            answer.add_done_callback(self._count_answered)
        reached("relay.published")

    def check(self) -> None:
        """Raise NotAcknowledged where an event was refused, time is up, or the connection they went by was replaced.

        Nothing counts as being on its way then; what had been acknowledged has been told.
        """
        if (problem := self._problem()) is None:
            return
        held_up: set[str] = set()
        for event, answer, _ in self._given_up():
            if _failure(answer) is not None:
                held_up.add(event.partnership)
            elif event.partnership not in held_up:
                self._count(event, answer.result())
        raise NotAcknowledged(problem)

    async def settled(self) -> None:
        """Wait until nothing is on its way any more. Raises NotAcknowledged as ``check`` does."""
        while self._on_their_way:
            await asyncio.wait([each.answer for each in self._on_their_way], timeout=LOOK_SECONDS)
            self._count_answered()
            self.check()

    def forget(self) -> None:
        """Let nothing that is on its way count."""
        for each in self._given_up():
            _failure(each.answer)

    async def _publish(self, event: Stored, epoch: str, seals: Seals, anew: bool) -> Future[PubAck]:
        slug = _slug_of(event.body)
        wire = seals.seal(event.body, event.chain, epoch)
        headers = {} if anew else {"Nats-Msg-Id": self._message_id(event, wire)}
        if event.traceparent:
            headers[TRACEPARENT] = event.traceparent
        return await self._jetstream.publish_async(
            subject_of(self._stream, event.partnership, slug),
            wire,
            headers=headers or None,
        )

    def _message_id(self, event: Stored, wire: bytes) -> str:
        """Return what the broker knows a message by that was sent twice.

        Nobody can foresee the seal: under an id that others knew, a false message that came first would have the broker
        take the genuine one for its duplicate and drop it.
        """
        return f"{event_id(self._stream.lower(), event.partnership, event.version)}-{seal_of(wire)[:32]}"

    def _count_answered(self, *_answer: Future[PubAck]) -> None:
        """Count what has been acknowledged, in the order in which it was sent."""
        while self._on_their_way:
            event, answer, _ = self._on_their_way[0]
            if not answer.done() or _failure(answer) is not None:
                return
            self._on_their_way.popleft()
            self._count(event, answer.result())

    def _problem(self) -> str | None:
        """Return what keeps the first event that is on its way from being acknowledged; None where it may still be."""
        if not self._on_their_way:
            return None
        _, answer, deadline = self._on_their_way[0]
        if answer.done():
            return _failure(answer)
        if self._connection.stats["reconnects"] != self._reconnections:
            return "the connection to the broker was replaced"
        return _NOT_IN_TIME if asyncio.get_running_loop().time() >= deadline else None

    def _given_up(self) -> Iterable[_OnItsWay]:
        """Return what was on its way, of which nothing is any more."""
        given_up, self._on_their_way = self._on_their_way, deque()
        for each in given_up:
            each.answer.cancel()
        return given_up

    def _count(self, event: Stored, answer: PubAck) -> None:
        self._watch(answer)
        self._acknowledged(event)

    def _watch(self, answer: PubAck) -> None:
        """Notice when a stream numbers its messages from an earlier point: it has lost some that it had taken."""
        if answer.duplicate:
            return
        if answer.seq <= self._last_sequence:
            _log.error(
                "the stream was replaced by an older or an empty one; republish the log to fill it",
                stream=self._stream,
                was_at=self._last_sequence,
                is_at=answer.seq,
            )
        self._last_sequence = answer.seq


def _slug_of(body: bytes) -> str:
    """Return what an event is called in its subject; found without reading all of the event."""
    found = _TYPE.search(body)
    if found is None:
        raise ValueError("a stored event names no type")
    return found[1].decode().split(".")[-2]


def _failure(answer: Future[PubAck]) -> str | None:
    if answer.cancelled():
        return _NOT_IN_TIME
    error = answer.exception()
    return None if error is None else str(error) or type(error).__name__
