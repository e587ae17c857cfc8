"""The follower: keeps a service's own picture of a stream up to date, in big batches when behind, at once when not.

What it has taken in is decided by the versions of the events alone. Where an event is missing it looks for it in the
whole stream; where the stream does not hold it, that partnership stands still, and goes on when the event turns up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import structlog
from nats.aio.client import Client
from sqlalchemy import Connection, MetaData

from contracts.envelope import Position, Recorded
from services.runtime.base import telemetry
from services.runtime.base.failpoints import reached
from services.runtime.base.gc_control import without_collecting
from services.runtime.base.retry import Backoff, keep_doing
from services.runtime.base.tasks import end
from services.runtime.base.trouble import Trouble
from services.runtime.messaging import blocked_partitions, checkpoint, dead_letters, inbox, unsealed_messages
from services.runtime.messaging.blocked_partitions import BlockedPartitions
from services.runtime.messaging.checkpoint import Checkpoint
from services.runtime.messaging.gap_fill import find_following
from services.runtime.messaging.inbox import Rewind
from services.runtime.messaging.inbox_batch import (
    Apply,
    Arrival,
    Blockage,
    Event,
    Taken,
    decode,
    events_among,
    take_in,
    unsealed_among,
)
from services.runtime.messaging.keyring import Keyring
from services.runtime.messaging.stream_reader import Message, StreamReader
from services.runtime.messaging.streams import subjects_of
from services.runtime.store.database import Database, Overloaded, Unavailable

SCHEMAS: tuple[MetaData, ...] = (
    *(inbox.metadata, checkpoint.metadata, blocked_partitions.metadata),
    *(dead_letters.metadata, unsealed_messages.metadata),
)

_BATCH = 2_000
_BATCH_TO_REMEMBER = 500
_CURSOR_SECONDS = 1.0
_BACKOFF = Backoff(0.1, 2.0)
_log = structlog.get_logger(__name__)


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
        consumer: str,
        apply: Apply,
        after: Callable[[Sequence[Recorded]], None] | None = None,
        *,
        clear: Callable[[Connection], None] | None = None,
        rewind: Rewind = inbox.leave_all,
    ) -> None:
        """The tables of SCHEMAS exist. ``clear`` deletes all effects, for a rebuild; ``rewind`` those of a partnership
        whose log is of a later epoch.
        """
        self._database = database
        self._connection = connection
        self._keyring = keyring
        self._stream = keyring.stream
        self._consumer = consumer
        self._apply = apply
        self._after = after
        self._clear = clear
        self._rewind_effects = rewind
        self._positions: dict[str, Position] = {}
        self._blocked = BlockedPartitions(database, consumer)
        self._moved = asyncio.Condition()
        self._reader: StreamReader | None = None
        self._task: asyncio.Task[None] | None = None
        self._stream_created = ""
        self._cursor_due = 0.0
        self._trouble = Trouble(
            __name__, "the follower cannot read its stream", "the follower reads its stream again", consumer=consumer
        )
        self.last_progress: datetime | None = None
        self.read_upto = 0
        """The number of the last message of the stream that has been taken in or put aside."""

    async def start(self) -> None:
        """Begin to follow."""
        self._positions = await self._database.read(lambda connection: inbox.all_positions(connection, self._consumer))
        self._task = asyncio.create_task(keep_doing(self._follow, self._trouble, _BACKOFF))

    async def stop(self) -> None:
        """End, with what was being taken in committed."""
        if self._task is not None:
            await end([self._task])
            self._task = None

    async def rebuild(self) -> None:
        """Throw away the positions and all effects, and take the stream in from its start. Needs ``clear``."""
        if self._clear is None:
            raise RuntimeError(f"{self._consumer} cannot be rebuilt: nothing says how to clear its effects")
        await self.stop()
        await self._database.write(self._forget_all)
        await self.start()

    def position(self, partnership: str) -> Position:
        """Return how far the partnership has been taken in."""
        return self._positions.get(partnership, Position())

    def lag(self) -> int | None:
        """Return how many messages of the stream are still to be taken; None while that is not known."""
        return None if self._reader is None else self._reader.pending + self._reader.waiting

    @property
    def problem(self) -> str | None:
        """Return why the stream cannot be followed at present; None where it can."""
        return self._trouble.reason

    @property
    def standing_still(self) -> dict[str, str]:
        """Return the partnerships that cannot go on, each with the reason."""
        return self._blocked.reasons

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
        await self._blocked.load()
        first = await self._first_unread()
        async with StreamReader(self._connection, self._stream, subjects_of(self._stream), first) as reader:
            self.read_upto = first - 1
            self._reader = reader
            try:
                while True:
                    await self._take_next(reader)
            finally:
                self._reader = None

    async def _take_next(self, reader: StreamReader) -> None:
        messages = await reader.batch(_BATCH)
        reached("consumer.received")
        if messages:
            with without_collecting():  # a collection would go through all of a batch that is gone at its end
                await self._take(messages)
            self.read_upto = messages[-1].sequence
        self._progressed()
        await self._try_standstills()

    async def _first_unread(self) -> int:
        info = await self._connection.jsm().stream_info(self._stream)
        self._stream_created = checkpoint.birth_of(info)
        known = await self._database.read(lambda connection: checkpoint.load(connection, self._consumer))
        return await checkpoint.first_unread(self._connection, self._stream, info, known)

    async def _take(self, messages: Sequence[Message]) -> None:
        upto = self._cursor_after(messages)
        arrived: list[Arrival] = []

        def take_batch(connection: Connection) -> Taken:
            arrived[:] = decode(messages, self._keyring.seals())
            return self._take_batch(connection, arrived, upto)

        try:
            taken = await self._database.write(take_batch)
        except (Unavailable, Overloaded):
            raise
        except Exception:  # noqa: BLE001 - the effect's own fault, which is then found
            _log.exception(
                "a batch could not be applied; its partnerships are tried one by one", consumer=self._consumer
            )
            arrived[:] = decode(messages, self._keyring.seals())
            await self._take_apart(arrived, upto)
        else:
            await self._took(taken)
            taken.events.clear()  # the writer's thread may hold the list for a moment longer
        unsealed_messages.tell(self._consumer, unsealed_among(arrived))
        arrived.clear()

    def _take_batch(self, connection: Connection, arrived: Sequence[Arrival], upto: Checkpoint | None) -> Taken:
        unsealed_messages.put_aside(connection, self._consumer, unsealed_among(arrived))
        taken = self._take_in(connection, events_among(arrived))
        if upto is not None:
            checkpoint.store(connection, self._consumer, upto)
        return taken

    def _take_in(self, connection: Connection, arrived: Sequence[Event]) -> Taken:
        taken = take_in(connection, self._consumer, arrived, self._apply, self._rewind)
        self._blocked.write_down(connection, taken.blockages)
        return taken

    def _rewind(self, connection: Connection, partnership: str) -> None:
        self._rewind_effects(connection, partnership)
        blocked_partitions.forget(connection, self._consumer, partnership)

    def _cursor_after(self, messages: Sequence[Message]) -> Checkpoint | None:
        """Return the cursor to write down with a batch, None when it was done a moment ago: it is a hint only."""
        now = asyncio.get_running_loop().time()
        if len(messages) < _BATCH_TO_REMEMBER and now < self._cursor_due:
            return None
        self._cursor_due = now + _CURSOR_SECONDS
        return Checkpoint.at(messages[-1], self._stream_created)

    async def _take_apart(self, arrived: Sequence[Arrival], upto: Checkpoint | None) -> None:
        """Take a batch in by partnership, so that the one whose events cannot be applied holds up no other."""
        by_partnership: dict[str, list[Event]] = {}
        for event in events_among(arrived):
            by_partnership.setdefault(event.partnership, []).append(event)
        for partnership, events in by_partnership.items():
            await self._take_alone(partnership, events)

        def finish(connection: Connection) -> None:
            unsealed_messages.put_aside(connection, self._consumer, unsealed_among(arrived))
            if upto is not None:
                checkpoint.store(connection, self._consumer, upto)

        await self._database.write(finish)

    async def _take_alone(self, partnership: str, events: Sequence[Event]) -> None:
        try:
            taken = await self._database.write(lambda connection: self._take_in(connection, events))
        except (Unavailable, Overloaded):
            raise
        except Exception as error:  # noqa: BLE001 - the effect's own fault: this partnership stands still, no other
            reason = f"an event could not be applied: {str(error) or type(error).__name__}"
            await self._blocked.note(partnership, Blockage(max(event.version for event in events), reason))
        else:
            await self._took(taken)

    async def _took(self, taken: Taken) -> None:
        reached("consumer.committed")
        self._positions |= taken.positions
        for event in taken.events:
            if event.traceparent:
                with telemetry.step(f"{self._consumer} {event.fact.slug()}", event.traceparent, event=event.id):
                    pass  # it marks when the event was there to be seen
        for partnership in taken.anew:
            self._blocked.forget(partnership)
            _log.warning(
                "a log of a later epoch is taken in from its first event", consumer=self._consumer, of=partnership
            )
        if taken.events and self._after is not None:
            self._after(taken.events)
        for partnership, blockage in taken.blockages.items():
            self._blocked.remember(partnership, blockage)
        for partnership in {event.partnership for event in taken.events}:
            await self._blocked.moved(partnership, taken.positions[partnership].version)
        async with self._moved:
            self._moved.notify_all()

    async def _try_standstills(self) -> None:
        for partnership in self._blocked.due():
            found = await find_following(self._connection, self._keyring, partnership, self.position(partnership))
            if found:
                await self._take_alone(partnership, found)
            else:
                await self._blocked.settle(partnership, self.position(partnership).version)

    def _progressed(self) -> None:
        self.last_progress = datetime.now(UTC)
        self._trouble.over()

    def _forget_all(self, connection: Connection) -> None:
        assert self._clear is not None
        self._clear(connection)
        for its in (inbox, checkpoint, blocked_partitions):
            its.forget(connection, self._consumer)
