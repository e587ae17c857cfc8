"""Publishing events to a stream: a window of them in flight, and what the broker has acknowledged of it."""

from __future__ import annotations

import asyncio
import re
from asyncio import Future
from collections.abc import Sequence

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
_ACKNOWLEDGE_SECONDS = 10.0  # a cluster that changes its leader takes six to eight
_LOOK_SECONDS = 0.1
_TYPE = re.compile(rb'"type":"([^"]+)"')  # an attribute of the envelope, which come before the fact
_log = structlog.get_logger(__name__)


class NotAcknowledged(Exception):
    """The broker has not acknowledged an event. It may be stored all the same."""


class Publisher:
    """Publishes the events of one log to one stream, that of the ``keyring``, under its seal."""

    def __init__(self, connection: Client, keyring: Keyring) -> None:
        self._connection = connection
        self._jetstream = connection.jetstream()
        self._keyring = keyring
        self._stream = keyring.stream
        self._last_sequence = 0

    async def publish(
        self, events: Sequence[Stored], epoch: str, *, anew: bool = False
    ) -> tuple[list[Stored], str | None]:
        """Publish ``events``, at most WINDOW of them, in order. Return those acknowledged and what held up the rest.

        ``epoch`` is that of the log. Of each partnership an unbroken beginning is returned: nothing counts behind an
        event that failed. ``anew`` leaves out the message id, for a broker that remembers having had the event but has
        it no more.
        """
        reconnections = self._connection.stats["reconnects"]
        seals = self._keyring.seals()
        answers = [await self._send(event, epoch, seals, anew) for event in events]
        reached("relay.published")
        await self._wait(answers, reconnections)
        return self._acknowledged(events, answers)

    async def _send(self, event: Stored, epoch: str, seals: Seals, anew: bool) -> Future[PubAck]:
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

    async def _wait(self, answers: Sequence[Future[PubAck]], reconnections: int) -> None:
        """Wait until all are answered, one is refused, time is up, or the connection they went by was replaced."""
        waiting: set[Future[PubAck]] = set(answers)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _ACKNOWLEDGE_SECONDS
        while waiting and loop.time() < deadline and self._connection.stats["reconnects"] == reconnections:
            done, waiting = await asyncio.wait(waiting, timeout=_LOOK_SECONDS, return_when=asyncio.FIRST_EXCEPTION)
            if any(answer.exception() for answer in done):
                break
        for answer in waiting:
            answer.cancel()

    def _acknowledged(
        self, events: Sequence[Stored], answers: Sequence[Future[PubAck]]
    ) -> tuple[list[Stored], str | None]:
        acknowledged: list[Stored] = []
        problem: str | None = None
        held_up: set[str] = set()
        for event, answer in zip(events, answers, strict=True):
            if (failure := _failure(answer)) is not None:
                problem = problem or failure
                held_up.add(event.partnership)
            elif event.partnership not in held_up:
                acknowledged.append(event)
                self._watch(answer.result())
        return acknowledged, problem

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
        return "the broker did not acknowledge an event in time"
    error = answer.exception()
    return None if error is None else str(error) or type(error).__name__
