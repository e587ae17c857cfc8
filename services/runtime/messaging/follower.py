"""The follower: reads a stream in big batches when behind, at once when not, for a picture of it of a service's own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from nats.aio.client import Client
from sqlalchemy import Connection, MetaData

from contracts.envelope import Position, Recorded
from services.runtime.base import telemetry
from services.runtime.base.failpoints import reached
from services.runtime.base.gc_control import without_collecting
from services.runtime.base.retry import Backoff, keep_doing
from services.runtime.base.tasks import end
from services.runtime.base.trouble import Trouble
from services.runtime.messaging import checkpoint, consumer, inbox
from services.runtime.messaging.checkpoint import Checkpoint
from services.runtime.messaging.consumer import After, Consumer
from services.runtime.messaging.inbox import Rewind
from services.runtime.messaging.inbox_batch import Apply
from services.runtime.messaging.keyring import Keyring
from services.runtime.messaging.stream_reader import Message, StreamReader
from services.runtime.messaging.streams import subjects_of
from services.runtime.store.database import Database

SCHEMAS: tuple[MetaData, ...] = (*consumer.SCHEMAS, checkpoint.metadata)

_BATCH = 2_000
_BATCH_TO_REMEMBER = 500
_CHECKPOINT_SECONDS = 1.0
_BACKOFF = Backoff(0.1, 2.0)


class Follower:
    """Takes one stream, that of the ``keyring``, into one database, under the name of a consumer.

    ``apply`` writes the effects of a batch, in the write transaction; ``after`` is called on the event loop with the
    same events once they are committed, in a list that is emptied afterwards. Two replicas of a consumer on one
    database share the work: each event is applied, and passed to ``after``, in one of them only.
    """

    def __init__(
        self,
        database: Database,
        connection: Client,
        keyring: Keyring,
        name: str,
        apply: Apply,
        after: After | None = None,
        *,
        clear: Callable[[Connection], None] | None = None,
        rewind: Rewind = inbox.leave_all,
    ) -> None:
        """The tables of SCHEMAS exist. ``clear`` deletes all effects, for a rebuild; ``rewind`` those of a partnership
        whose log is of a later epoch.
        """
        self._database = database
        self._connection = connection
        self._stream = keyring.stream
        self._name = name
        self._after = after
        self._clear = clear
        self._consumer = Consumer(database, connection, keyring, name, apply, self._tell, rewind=rewind, at_once=_BATCH)
        self._moved = asyncio.Condition()
        self._reader: StreamReader | None = None
        self._task: asyncio.Task[None] | None = None
        self._stream_created = ""
        self._checkpoint_due = 0.0
        self._trouble = Trouble(
            __name__, "the follower cannot read its stream", "the follower reads its stream again", consumer=name
        )
        self.last_progress: datetime | None = None
        self.read_upto = 0
        """The number of the last message of the stream that has been taken in or put aside."""

    async def start(self) -> None:
        """Begin to follow."""
        await self._consumer.load()
        self._task = asyncio.create_task(keep_doing(self._follow, self._trouble, _BACKOFF))

    async def stop(self) -> None:
        """End, with what was being taken in committed."""
        if self._task is not None:
            await end([self._task])
            self._task = None

    async def rebuild(self) -> None:
        """Throw away the positions and all effects, and take the stream in from its start. Needs ``clear``."""
        if self._clear is None:
            raise RuntimeError(f"{self._name} cannot be rebuilt: nothing says how to clear its effects")
        await self.stop()
        await self._database.write(self._forget_all)
        await self.start()

    def position(self, partnership: str) -> Position:
        """Return how far the partnership has been taken in."""
        return self._consumer.position(partnership)

    def lag(self) -> int | None:
        """Return how many messages of the stream are still to be taken; None while that is not known."""
        return None if self._reader is None else self._reader.pending + self._reader.waiting

    @property
    def problem(self) -> str | None:
        """Return why the stream cannot be followed at present; None where it can."""
        return self._trouble.reason

    @property
    def blocked(self) -> dict[str, str]:
        """Return the partnerships that cannot go on, each with the reason."""
        return self._consumer.blocked

    async def caught_up(self, partnership: str, version: int, timeout: float) -> bool:  # noqa: ASYNC109
        """Wait until the partnership is taken in up to ``version``; False when ``timeout`` seconds pass before."""
        try:
            async with asyncio.timeout(timeout), self._moved:
                await self._moved.wait_for(lambda: self.position(partnership).version >= version)
        except TimeoutError:
            return False
        return True

    async def _follow(self) -> None:
        """Read and take in until the reading is lost."""
        await self._consumer.load()
        first = await self._first_unread()
        async with StreamReader(self._connection, self._stream, subjects_of(self._stream), first) as reader:
            self.read_upto = first - 1
            self._reader = reader
            try:
                while True:
                    await self._take_next(reader)
            finally:
                self._reader = None

    async def _first_unread(self) -> int:
        info = await self._connection.jsm().stream_info(self._stream)
        self._stream_created = checkpoint.birth_of(info)
        known = await self._database.read(lambda connection: checkpoint.load(connection, self._name))
        return await checkpoint.first_unread(self._connection, self._stream, info, known)

    async def _take_next(self, reader: StreamReader) -> None:
        messages = await reader.batch(_BATCH)
        reached("consumer.received")
        if messages:
            with without_collecting():  # a collection would go through all of a batch that is gone at its end
                await self._consumer.take(messages, self._checkpoint_after(messages))
            self.read_upto = messages[-1].sequence
        self.last_progress = datetime.now(UTC)
        self._trouble.over()
        await self._consumer.retry_blocked()
        async with self._moved:
            self._moved.notify_all()

    def _checkpoint_after(self, messages: Sequence[Message]) -> Checkpoint | None:
        """Return the checkpoint to write down with a batch, None when it was done a moment ago: it is a hint only."""
        now = asyncio.get_running_loop().time()
        if len(messages) < _BATCH_TO_REMEMBER and now < self._checkpoint_due:
            return None
        self._checkpoint_due = now + _CHECKPOINT_SECONDS
        return Checkpoint.at(messages[-1], self._stream_created)

    def _tell(self, events: Sequence[Recorded]) -> None:
        for event in events:
            if event.traceparent:
                with telemetry.step(f"{self._name} {event.fact.slug()}", event.traceparent, event=event.id):
                    pass  # it marks when the event was there to be seen
        if self._after is not None:
            self._after(events)

    def _forget_all(self, connection: Connection) -> None:
        assert self._clear is not None
        self._clear(connection)
        self._consumer.forget(connection)
        checkpoint.forget(connection, self._name)
