"""Handlers: what a service does upon each event of a stream, handed over by the broker through FastStream.

FastStream hands over as many messages at once as there are, each to a call of its own; those that wait at the same time
are taken in together, in one transaction. Each is answered once its outcome is in the database, and put back only where
the database could not store it: whatever else keeps an event from its turn, the consumer looks after by itself.
"""

from __future__ import annotations

import asyncio
from asyncio import Future
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from operator import attrgetter
from typing import NamedTuple

import structlog
from faststream import AckPolicy
from faststream.nats import JStream, NatsMessage
from nats.aio.client import Client
from sqlalchemy import Connection

from contracts.envelope import Recorded
from services.runtime.base import telemetry
from services.runtime.base.failpoints import reached
from services.runtime.base.retry import Backoff, keep_doing, steadily
from services.runtime.base.tasks import end
from services.runtime.base.trouble import Trouble
from services.runtime.messaging import handed_out, inbox
from services.runtime.messaging.consumer import After, Consumer
from services.runtime.messaging.handler_broker import HandlerBroker
from services.runtime.messaging.inbox import Rewind
from services.runtime.messaging.inbox_batch import Apply
from services.runtime.messaging.keyring import Keyring
from services.runtime.messaging.stream_reader import Message
from services.runtime.messaging.streams import Durable, subjects_of
from services.runtime.store.database import Database

_BUSY_SECONDS = 1.0
_LOOK_SECONDS = 0.5
_GATHER_SECONDS = 0.05
_BACKOFF = Backoff(0.5, 5.0)
_place_in_stream = attrgetter("message.raw_message.metadata.sequence.stream")
_log = structlog.get_logger(__name__)


class _Arrival(NamedTuple):
    """A message that was handed over, the trace context in which that was, and who waits until it is answered."""

    message: NatsMessage
    traceparent: str | None
    answered: Future[None]

    def in_its_trace(self) -> Message:
        """Return the message with the span of its being handed over, where there is one, for what it leads to."""
        raw = self.message.raw_message
        headers = {telemetry.TRACEPARENT: self.traceparent} if self.traceparent else raw.headers
        return Message(0, raw.subject, raw.data, headers, 0)

    def let_go(self) -> None:
        """Have nobody wait any longer."""
        if not self.answered.done():
            self.answered.set_result(None)


class Handler:
    """Takes the events of one durable in.

    ``on`` writes the effects of events on the connection it is given; where one means nothing to the service it passes
    over it, and the event counts as taken in.
    """

    def __init__(  # noqa: PLR0913 - what it stands on, what it does, and how patiently
        self,
        database: Database,
        connection: Client,
        keyring: Keyring,
        durable: Durable,
        on: Apply,
        after: After | None = None,
        *,
        at_once: int = 64,
        tries: int = 8,
        backoff: Backoff | None = None,
        rewind: Rewind = inbox.leave_all,
    ) -> None:
        """The tables of ``consumer.SCHEMAS`` exist; the ``keyring`` is that of the durable's stream.

        Up to ``at_once`` events take effect in one transaction. An effect that fails is tried ``tries`` times, after
        the pauses of ``backoff``, and the event is then kept as a dead letter. ``rewind`` forgets what came of a
        partnership whose log is of a later epoch.
        """
        self._connection = connection
        self._durable = durable
        self._at_once = at_once
        self.consumer = Consumer(
            *(database, connection, keyring, durable.name, _each_in_its_trace(on), after),
            rewind=rewind,
            at_once=at_once,
            tries=tries,
            backoff=backoff,
        )
        self.last_progress: datetime | None = None
        self._arrived: list[_Arrival] = []
        self._something_arrived = asyncio.Event()
        self._many_arrived = asyncio.Event()
        self._gathered_until = 0.0  # by the loop's clock
        self._something_blocked = asyncio.Event()
        self._answers_lacking = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def blocked(self) -> dict[str, str]:
        """Return the partnerships that cannot go on, each with the reason."""
        return self.consumer.blocked

    async def start(self, broker: HandlerBroker) -> None:
        """Take over from a predecessor and subscribe at a FastStream broker, which is yet to be started.

        The durable is declared elsewhere.
        """
        await self._take_over()
        subscriber = broker.subscriber(
            subjects_of(self._durable.stream),
            queue=self._durable.name,
            stream=JStream(self._durable.stream, declare=False),
            max_workers=self._at_once,
            ack_policy=AckPolicy.MANUAL,
            decoder=_leave_as_it_is,
        )
        subscriber(self.handle)
        broker.watch.listeners.append(self._answers_lacking.set)
        self._tasks = [
            self._keep_doing(self._take_what_arrived, "events", "stored", steadily(_BUSY_SECONDS)),
            self._keep_doing(self._retry_blocked, "blocked partnerships", "retried", _BACKOFF),
            self._keep_doing(self._make_up_for_answers, "messages that nobody answered", "answered", _BACKOFF),
        ]

    async def stop(self) -> None:
        """End what it does by itself; its broker has been stopped and hands it nothing more."""
        await end(self._tasks)
        self._tasks = []

    async def handle(self, message: NatsMessage) -> None:
        """Have a message taken in, with those that arrive at the same time, and answered to the broker."""
        reached("consumer.received")
        arrival = _Arrival(message, telemetry.current_traceparent(), asyncio.get_running_loop().create_future())
        self._arrived.append(arrival)
        self._something_arrived.set()
        if len(self._arrived) >= self._at_once / 2:
            self._many_arrived.set()
        await arrival.answered

    async def _take_what_arrived(self) -> None:
        """Wait for messages, take them in and answer them. Raises what keeps the database from storing them."""
        await self._something_arrived.wait()
        await self._gather()
        async with self.consumer.turn:
            self._something_arrived.clear()
            self._many_arrived.clear()
            arrived, self._arrived = sorted(self._arrived, key=_place_in_stream), []
            try:
                await self._take(arrived)
            finally:
                for each in arrived:
                    each.let_go()
        self._gathered_until = asyncio.get_running_loop().time() + _GATHER_SECONDS

    async def _gather(self) -> None:
        """Let events that come one by one share a transaction; the first after a pause waits for no other."""
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._gathered_until):
                await self._many_arrived.wait()

    async def _take(self, arrived: Sequence[_Arrival]) -> None:
        """Take messages in and answer them; they are in the order of the stream, as far as they go."""
        try:
            await self.consumer.take([each.in_its_trace() for each in arrived])
        except Exception:  # the database's, or another replica was first: they come again
            for each in arrived:
                await each.message.nack(delay=_BUSY_SECONDS)
            raise
        self.last_progress = datetime.now(UTC)
        for each in arrived:
            await each.message.ack()
        if self.consumer.blocked:
            self._something_blocked.set()

    async def _take_over(self) -> None:
        """Take in what a predecessor was handed and never answered, before the first message comes.

        Another replica that is at work on it is no harm: each event takes effect once. What cannot be taken in now is
        tried again.
        """
        try:
            await self.consumer.load()
            await self._take_unanswered()
        except Exception as error:  # noqa: BLE001 - database or broker: the messages come again
            _log.info("waiting for messages that a predecessor was handed", of=self._durable.name, reason=str(error))
            self._answers_lacking.set()

    async def _make_up_for_answers(self) -> None:
        """Wait until answers may have been lost, with the connection or by the broker; then give them again."""
        await self._answers_lacking.wait()
        self._answers_lacking.clear()
        try:
            await self._take_unanswered()
        except Exception:
            self._answers_lacking.set()
            raise

    async def _take_unanswered(self) -> None:
        await handed_out.take_and_answer(self._connection, self._durable, self._take_in_turn, self._at_once)

    async def _take_in_turn(self, messages: Sequence[Message]) -> None:
        async with self.consumer.turn:
            await self.consumer.take(messages)
        self.last_progress = datetime.now(UTC)

    async def _retry_blocked(self) -> None:
        """Wait until something may be blocked, or it is time to look, and look after it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_SECONDS):
                await self._something_blocked.wait()
        self._something_blocked.clear()
        if self.consumer.blocked:
            async with self.consumer.turn:
                await self.consumer.retry_blocked()

    def _keep_doing(
        self, work: Callable[[], Awaitable[None]], what: str, done: str, backoff: Backoff
    ) -> asyncio.Task[None]:
        met, over = f"{what} could not be {done}", f"{what} are {done} again"
        trouble = Trouble(__name__, met, over, consumer=self._durable.name)
        return asyncio.create_task(keep_doing(work, trouble, backoff))


def _each_in_its_trace(on: Apply) -> Apply:
    """Return ``on`` so that what each event leads to belongs to that event's own trace, where it has one."""

    def apply(connection: Connection, events: Sequence[Recorded]) -> None:
        if not any(event.traceparent for event in events):
            on(connection, events)
            return
        for event in events:
            with telemetry.continuing(event.traceparent):
                on(connection, [event])

    return apply


async def _leave_as_it_is(message: NatsMessage) -> NatsMessage:
    return message
