"""Reading a stream in order and at full speed: an ephemeral push consumer with flow control, watched for loss.

The broker keeps no more in flight than we take off our hands: it is told to go on only when what it sent before has
been taken. Anything out of the ordinary (a message missing, the broker silent, the connection replaced) ends the
reading with ReadingLost; whoever reads begins again where it stood.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from types import TracebackType
from typing import Any, NamedTuple, Self

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

_HEARTBEAT_SECONDS = 1.0
_SILENCE_SECONDS = 3.5
_LOOK_SECONDS = 0.25
_FORGOTTEN_SECONDS = 5.0
_STATUS = "Status"
_STALLED = "Nats-Consumer-Stalled"
_LAST_DELIVERED = "Nats-Last-Consumer"


class ReadingLost(Exception):
    """The reading cannot go on. Begin again where it stood."""


class Message(NamedTuple):
    """One message of a stream: its number there, its subject, its bytes, and how many were to come behind it."""

    sequence: int
    subject: str
    data: bytes
    headers: dict[str, str] | None
    pending: int


class StreamReader:
    """One reading of ``stream`` from message ``first`` on, of the subjects that any of ``subjects`` matches."""

    def __init__(self, connection: Client, stream: str, subjects: Sequence[str], first: int = 1) -> None:
        self._connection = connection
        self._manager = connection.jsm()
        self._stream = stream
        self._subjects = subjects
        self._first = first
        self._arrived: deque[Message | str] = deque()  # a string is a flow control subject to answer
        self._something = asyncio.Event()
        self._subscription: Subscription | None = None
        self._delivered = 0
        self._lost: str | None = None
        self._silent = 0.0
        """For how long nothing was heard, by our looks for it: a process that stands still looks for nothing."""
        self._reconnections = 0
        self.total = 0
        """How many messages there were to read when the reading began."""
        self.pending = 0
        """How many messages the broker has yet to send, at the last word from it."""

    async def __aenter__(self) -> Self:
        self._reconnections = self._connection.stats["reconnects"]
        inbox = self._connection.new_inbox()
        self._subscription = await self._connection.subscribe(
            inbox, cb=self._take, pending_msgs_limit=0, pending_bytes_limit=0
        )
        consumer = await self._manager.add_consumer(
            self._stream,
            ConsumerConfig(
                deliver_subject=inbox,
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                opt_start_seq=max(1, self._first),
                **self._filter(),
                ack_policy=AckPolicy.NONE,
                max_deliver=1,
                flow_control=True,
                idle_heartbeat=_HEARTBEAT_SECONDS,
                num_replicas=1,
                mem_storage=True,
                inactive_threshold=_FORGOTTEN_SECONDS,
            ),
        )
        already = consumer.delivered.consumer_seq if consumer.delivered else 0
        self.total = (consumer.num_pending or 0) + already
        if self._delivered == 0:
            self.pending = self.total
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection.is_closed:
            return
        if self._subscription is not None:
            await self._subscription.unsubscribe()  # the broker then forgets the consumer by itself

    @property
    def waiting(self) -> int:
        """Return how many messages have arrived and have not been taken."""
        return len(self._arrived)

    async def batch(self, limit: int) -> list[Message]:
        """Wait for a sign from the broker; return what has arrived, up to ``limit``: nothing if it only said it lives.

        Raises ReadingLost when this reading cannot go on.
        """
        await self._wait()
        messages: list[Message] = []
        while self._arrived and len(messages) < limit:
            arrival = self._arrived.popleft()
            if isinstance(arrival, Message):
                messages.append(arrival)
            else:
                await self._connection.publish(arrival)
        if not self._arrived:
            self._something.clear()
        return messages

    def wake(self) -> None:
        """Have whoever waits for a batch look up, though there is no sign from the broker."""
        self._something.set()

    def _filter(self) -> dict[str, Any]:
        """Return the subjects as servers older than 2.10 take them too, where it is only one."""
        if len(self._subjects) == 1:
            return {"filter_subject": self._subjects[0]}
        return {"filter_subjects": [*self._subjects]}

    async def _wait(self) -> None:
        while not self._something.is_set():
            self._check()
            try:
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._something.wait()
            except TimeoutError:
                self._silent += _LOOK_SECONDS
        self._check()

    def _check(self) -> None:
        if self._lost is not None and not self._arrived:
            raise ReadingLost(self._lost)
        if self._connection.is_closed or self._connection.stats["reconnects"] != self._reconnections:
            raise ReadingLost("the connection to the broker was replaced")
        if self._silent > _SILENCE_SECONDS:
            raise ReadingLost(f"the broker has gone silent on the stream {self._stream}")

    async def _take(self, message: Msg) -> None:
        self._silent = 0.0
        if self._lost is None:
            if message.headers and _STATUS in message.headers and not message.data:
                await self._obey(message)
            else:
                self._keep(message)
        self._something.set()

    def _keep(self, message: Msg) -> None:
        # $JS.ACK.[domain.account.]stream.consumer.deliveries.stream sequence.consumer sequence.time.pending[.token]
        fields = message.reply.split(".")
        start = 5 if len(fields) == 9 else 7
        sequence, delivered, _, pending = fields[start : start + 4]
        if int(delivered) != self._delivered + 1:
            self._lost = f"a message of the stream {self._stream} was lost on the way"
            return
        self._delivered += 1
        self.pending = int(pending)
        self._arrived.append(Message(int(sequence), message.subject, message.data, message.headers, self.pending))

    async def _obey(self, control: Msg) -> None:
        headers = control.headers or {}
        if control.reply:  # the broker asks how far we are: answer once we have taken what came before
            self._arrived.append(control.reply)
        elif _STALLED in headers and not self._arrived:
            await self._connection.publish(headers[_STALLED])
        elif int(headers.get(_LAST_DELIVERED, self._delivered)) > self._delivered:
            self._lost = f"a message of the stream {self._stream} was lost on the way"
        else:
            self.pending = 0  # it is idle
