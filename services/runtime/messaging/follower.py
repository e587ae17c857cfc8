"""The follower: reads a stream in big batches when behind, at once when not, for a picture of it of a service's own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

import nats.errors
import structlog
from nats.aio.client import Client
from sqlalchemy import Connection, MetaData

from contracts.envelope import Position, Recorded
from services.runtime.base.failpoints import reached
from services.runtime.base.gc_control import without_collecting
from services.runtime.base.retry import Backoff, keep_doing
from services.runtime.base.tasks import end
from services.runtime.base.trouble import Trouble
from services.runtime.messaging import checkpoint, consumer, inbox, members, spans
from services.runtime.messaging.broker_words import broker_words
from services.runtime.messaging.checkpoint import Checkpoint
from services.runtime.messaging.consumer import After, Consumer, Note
from services.runtime.messaging.inbox import Rewind
from services.runtime.messaging.inbox_batch import Apply
from services.runtime.messaging.keyring import Keyring
from services.runtime.messaging.parts import ALL_PARTS, Parts, part_of, part_of_subject
from services.runtime.messaging.share import Share, nothing
from services.runtime.messaging.stream_reader import Message, ReadingLost, StreamReader
from services.runtime.messaging.streams import subject_of, subjects_of_parts
from services.runtime.store.database import Database

SCHEMAS: tuple[MetaData, ...] = (*consumer.SCHEMAS, checkpoint.metadata, members.metadata)

_BATCH = 2_000
_BATCH_TO_REMEMBER = 500
_CHECKPOINT_SECONDS = 1.0
_RENEW_SECONDS = 1.0
_LEAVE_SECONDS = 2.0
_BACKOFF = Backoff(0.1, 2.0)
_log = structlog.get_logger(__name__)


class _Reached(NamedTuple):
    """How far which parts of the stream were read: one value, so that no other parts are ever taken for read."""

    upto: Checkpoint
    parts: Parts

    def note(self, connection: Connection, consumer: str) -> None:
        """Write it down."""
        checkpoint.store(connection, consumer, self.upto, self.parts)


class Follower:
    """Takes one stream, that of the ``keyring``, into one database, under the name of a consumer.

    ``apply`` writes the effects of a batch, in the write transaction; ``after`` is called on the event loop with the
    same events once they are committed, in a list that is emptied afterwards. Replicas of a consumer on one database
    share the work: each event is applied, and passed to ``after``, in one of them only. With ``shared`` each reads
    some parts of the stream and leaves the others to the others; else all of it, and what another was first with is a
    duplicate.
    """

    def __init__(  # noqa: PLR0913 - what it stands on, what it does, and with whom
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
        shared: bool = False,
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
        self.consumer = Consumer(database, connection, keyring, name, apply, self._tell, rewind=rewind, at_once=_BATCH)
        self._moved = asyncio.Condition()
        self._reader: StreamReader | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._share = Share(database, name) if shared else None
        self._reading: Parts = frozenset()
        self._stream_created = ""
        self._reached: _Reached | None = None
        self._noted: _Reached | None = None
        self._checkpoint_due = 0.0
        self._trouble = Trouble(
            __name__, "the follower cannot read its stream", "the follower reads its stream again", consumer=name
        )
        self._sharing = Trouble(
            __name__, "the follower cannot keep its share", "the follower keeps its share again", consumer=name
        )
        self.last_progress: datetime | None = None
        self.read_upto = 0
        """The number of the last message of the stream that has been taken in or put aside, or is another's to take."""

    async def start(self) -> None:
        """Begin to follow."""
        if self._share is not None:
            await self._share.join()
        await self.consumer.load()
        work = [keep_doing(self._follow, self._trouble, _BACKOFF)]
        if self._share is not None:
            work.append(keep_doing(self._renew, self._sharing, _BACKOFF, every=_RENEW_SECONDS))
        self._tasks = [asyncio.create_task(each) for each in work]

    async def stop(self) -> None:
        """End, with what was being taken in committed, and leave the rest to other replicas at once."""
        if not self._tasks:
            return
        await end(self._tasks)
        self._tasks = []
        if self._share is not None:
            try:
                async with asyncio.timeout(_LEAVE_SECONDS):
                    await self._share.give_up(self._news())
            except Exception as reason:  # noqa: BLE001 - they wait until the place expires, no more
                _log.warning("a follower could not give up its share", consumer=self._name, reason=str(reason))

    async def rebuild(self) -> None:
        """Throw away the positions and all effects, and take the stream in from its start. Needs ``clear``.

        All of it is taken in here, whatever other replicas do.
        """
        if self._clear is None:
            raise RuntimeError(f"{self._name} cannot be rebuilt: nothing says how to clear its effects")
        await self.stop()
        self._share = None
        await self._database.write(self._forget_all)
        await self.start()

    def position(self, partnership: str) -> Position:
        """Return how far the partnership has been taken in; of one that another replica takes in, as last known."""
        return self.consumer.position(partnership)

    def takes_in(self, partnership: str) -> bool:
        """Say whether it is this replica that takes the partnership in."""
        return part_of(partnership) in self._reading

    async def has_read(self, partnership: str, sequence: int) -> bool:
        """Say whether all that the stream has of a partnership up to that number was read, by whichever replica.

        Each of these messages then has its outcome in the database.
        """
        if self.takes_in(partnership):
            return sequence <= self.read_upto
        part = part_of(partnership)
        its = {part: (await self._checkpoints()).get(part, ())}
        info = await self._connection.jsm().stream_info(self._stream)
        invalid = await checkpoint.invalid(self._connection, self._stream, info, its)
        return sequence <= checkpoint.read_upto(its, invalid, frozenset([part]))

    def lag(self) -> int | None:
        """Return how many messages of the stream this replica has still to take; None while that is not known."""
        return None if self._reader is None else self._reader.pending + self._reader.waiting

    @property
    def problem(self) -> str | None:
        """Return why the stream cannot be followed at present; None where it can."""
        return self._trouble.reason

    @property
    def blocked(self) -> dict[str, str]:
        """Return the partnerships that cannot go on, each with the reason."""
        return self.consumer.blocked

    async def caught_up(self, partnership: str, version: int, timeout: float) -> bool:  # noqa: ASYNC109
        """Wait until the partnership is taken in up to ``version``; False when ``timeout`` seconds pass before."""
        try:
            async with asyncio.timeout(timeout), self._moved:
                await self._moved.wait_for(lambda: self.position(partnership).version >= version)
        except TimeoutError:
            return False
        return True

    async def _follow(self) -> None:
        """Read and take in until the reading is lost. Raises what keeps it from that, of the broker's in words."""
        try:
            await self._read()
        except (nats.errors.Error, TimeoutError) as error:
            raise ReadingLost(broker_words(error)) from error

    async def _read(self) -> None:
        """Read what falls to this replica until that is something else."""
        parts = self._parts
        await self.consumer.load(lambda partnership: part_of(partnership) in parts)
        first = await self._first_unread(parts)
        subjects = subjects_of_parts(self._stream, parts)
        async with StreamReader(self._connection, self._stream, subjects, first) as reader:
            self.read_upto = first - 1
            self._reached, self._noted = None, None
            self._reading, self._reader = parts, reader
            try:
                while self._parts == parts:
                    await self._take_next(reader)
            except BaseException:
                self._reader = None
                raise

    @property
    def _parts(self) -> Parts:
        return ALL_PARTS if self._share is None else self._share.parts

    async def _first_unread(self, parts: Parts) -> int:
        known = await self._checkpoints()
        info = await self._connection.jsm().stream_info(self._stream)
        self._stream_created = checkpoint.birth_of(info)
        if invalid := await checkpoint.invalid(self._connection, self._stream, info, known):
            await self._database.write(lambda connection: checkpoint.forget(connection, self._name, invalid))
        return 1 + (checkpoint.read_upto(known, invalid, parts) if parts else info.state.last_seq)

    async def _checkpoints(self) -> checkpoint.Known:
        return await self._database.read(lambda connection: checkpoint.load(connection, self._name))

    async def _take_next(self, reader: StreamReader) -> None:
        messages = await reader.batch(_BATCH)
        reached("consumer.received")
        if messages:
            with without_collecting():  # a collection would go through all of a batch that is gone at its end
                await self._take(messages)
        self.last_progress = datetime.now(UTC)
        self._trouble.over()
        async with self.consumer.turn:
            await self.consumer.retry_blocked()
        async with self._moved:
            self._moved.notify_all()

    async def _take(self, messages: Sequence[Message]) -> None:
        reached = _Reached(Checkpoint.at(messages[-1], self._stream_created), self._reading)
        if mine := self._own_among(messages):
            note = self._note_of(reached) if self._is_worth_noting(messages) else None
            async with self.consumer.turn:
                await self.consumer.take(mine, note)
        self._reached = reached if self._reading else None  # more replicas than parts: nothing is read here
        self.read_upto = messages[-1].sequence

    def _own_among(self, messages: Sequence[Message]) -> Sequence[Message]:
        if self._reading == ALL_PARTS:
            return messages
        return [each for each in messages if part_of_subject(each.subject) in self._reading]

    def _is_worth_noting(self, messages: Sequence[Message]) -> bool:
        """Say whether to write down how far was read: not where that was done a moment ago, as it is a hint only."""
        now = asyncio.get_running_loop().time()
        if len(messages) < _BATCH_TO_REMEMBER and now < self._checkpoint_due:
            return False
        self._checkpoint_due = now + _CHECKPOINT_SECONDS
        return True

    async def _renew(self) -> None:
        """Keep this replica's place, and let the others know how far it has read; begin anew where its share changes.

        They go by what is written down, so it is written down though nothing more should come. Where this replica can
        take nothing in, its place expires and its share is theirs.
        """
        assert self._share is not None
        if self.problem is not None:
            return
        now = self._reached
        await self._share.renew(self._news())
        self._noted = now
        if self._reader is not None and self._share.parts != self._reading:
            self._reader.wake()

    def _news(self) -> Note:
        """Return what writes down how far was read, where that is not written down."""
        if self._reached is None or self._reached == self._noted:
            return nothing
        return self._note_of(self._reached)

    def _note_of(self, reached: _Reached) -> Note:
        return partial(reached.note, consumer=self._name)

    def _tell(self, events: Sequence[Recorded]) -> None:
        for event in events:
            if event.traceparent:
                subject = subject_of(self._stream, event.partnership, event.fact.slug())
                with spans.taking_in(self._name, subject, event.id, event.traceparent):
                    pass  # it marks when the event was there to be seen
        if self._after is not None:
            self._after(events)

    def _forget_all(self, connection: Connection) -> None:
        assert self._clear is not None
        self._clear(connection)
        self.consumer.forget(connection)
        checkpoint.forget(connection, self._name)
