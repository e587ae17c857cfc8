"""The relay: takes events from a log to its stream, each partnership's in order, at once after they are committed.

An event counts as relayed when the broker has acknowledged it, and is marked so afterwards: a relay that dies between
the two sends it again. Consumers go by versions, so that is no harm; neither is a second relay that still runs for a
moment after it lost its lease.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from sqlalchemy import Connection, bindparam, func, select, update

from services.runtime.base.failpoints import reached
from services.runtime.base.retry import Backoff, keep_doing
from services.runtime.base.tasks import end
from services.runtime.base.trouble import Trouble
from services.runtime.messaging.keyring import Keyring
from services.runtime.messaging.publisher import LOOK_SECONDS, WINDOW, NotAcknowledged, Publisher
from services.runtime.store.database import Database
from services.runtime.store.event_store import Appended, EventStore, Stored
from services.runtime.store.lease import Lease

_RENEW_SECONDS = 3.0
_FRESH_LIMIT = 4 * WINDOW
_WORTH_SENDING = WINDOW // 2  # where much waits, so much room is worth waking up for
_MARK_SECONDS = 0.1  # marks are gathered: each costs a commit, and one that is lost costs an event sent twice
_BACKOFF = Backoff(0.1, 2.0)
_log = structlog.get_logger(__name__)


class Relay:
    """Relays one log to one stream; of several replicas one is active, the others stand by."""

    def __init__(
        self, database: Database, store: EventStore, connection: Client, keyring: Keyring, *, poll_seconds: float = 1.0
    ) -> None:
        """``connection`` is open; the tables of the store and of ``lease.metadata`` exist.

        The stream is the one of the ``keyring``.
        """
        self._database = database
        self._store = store
        self._connection = connection
        self._keyring = keyring
        self._publisher = Publisher(connection, keyring, self._acknowledge)
        self._epoch = ""  # as of the last look into the log
        self._poll_seconds = poll_seconds
        self._lease = Lease(database, f"relay of {store.name}")
        self._call = f"nudge.{store.name}"
        self._sent: dict[str, int] = {}  # per partnership, the last version that is on its way or there
        self._acknowledged: dict[str, int] = {}  # and the last one that the broker has acknowledged under this lease
        self._sent_under: int | None = None  # the fence of the lease
        self._fresh: deque[Stored] = deque()  # committed in this process a moment ago
        self._look_at = 0.0  # when (by the loop's clock) to look into the log itself again
        self._unmarked: set[str] = set()
        self._unheard = False  # the broker has acknowledged nothing since it last failed to
        self._nudged = asyncio.Event()
        self._to_mark = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._calls: Subscription | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._sending = self._trouble()
        self._marked: int | None = None  # of all partnerships, as of the last look
        self.last_progress: datetime | None = None

    @property
    def problem(self) -> str | None:
        """Return why this replica cannot send at present; None where it can, or stands by."""
        return self._sending.reason

    @property
    def active(self) -> bool:
        """Say whether this replica is the one that relays."""
        return self._lease.fence is not None

    async def start(self) -> None:
        """Begin to relay, or to stand by."""
        self._loop = asyncio.get_running_loop()
        self._epoch = await self._database.read(self._store.epoch)
        self._look()
        self._database.after_commit(self._committed)
        self._calls = await self._connection.subscribe(self._call, cb=self._called)
        self._tasks = [
            asyncio.create_task(keep_doing(work, trouble, _BACKOFF))
            for work, trouble in (
                (self._hold_lease, self._trouble()),
                (self._relay, self._sending),
                (self._mark, self._trouble()),
            )
        ]

    async def stop(self) -> None:
        """Mark what was acknowledged, let go of the lease and end."""
        if self._loop is None:
            return
        await end(self._tasks)
        self._publisher.forget()
        self._database.not_after_commit(self._committed)
        if self._calls is not None and not self._connection.is_closed:
            await self._calls.unsubscribe()
        self._loop, self._calls, self._tasks = None, None, []
        try:
            await self._mark_sent()
            await self._lease.release()
        except Exception as reason:  # noqa: BLE001 - what is not marked is sent twice, no more
            _log.warning("the relay could not give up its lease", relay=self._store.name, reason=str(reason))

    async def waiting(self) -> int:
        """Return how many events are committed and not yet marked as relayed, by whichever replica."""
        heads = self._store.heads.c
        total = select(func.coalesce(func.sum(heads.version), 0), func.coalesce(func.sum(heads.relayed), 0))
        committed, relayed = await self._database.read(lambda connection: tuple(connection.execute(total).one()))
        if self._marked is not None and relayed > self._marked:
            self.last_progress = datetime.now(UTC)
        self._marked = int(relayed)
        return int(committed - relayed)

    async def republish(self, partnership: str | None = None, from_version: int = 1) -> int:
        """Send the log of one partnership, or of all, once more and return how many events that were.

        Raises NotAcknowledged when the broker does not take them; it may then be asked again.
        """
        wanted = [partnership] if partnership else await self._database.read(self._store.partnerships)
        return sum([await self._republish(each, from_version) for each in wanted])

    async def _republish(self, partnership: str, from_version: int) -> int:
        sent: list[int] = []
        publisher = Publisher(self._connection, self._keyring, lambda event: sent.append(event.version))
        epoch = await self._database.read(self._store.epoch)
        while events := await self._read(partnership, after=from_version - 1 + len(sent)):
            await publisher.send(events, epoch, anew=True)
            try:
                await publisher.settled()
            except NotAcknowledged as problem:
                raise NotAcknowledged(f"{len(sent)} events of {partnership} were sent again, then: {problem}") from None
        return len(sent)

    async def _read(self, partnership: str, after: int) -> list[Stored]:
        return await self._database.read(
            lambda connection: list(self._store.read_stored(connection, partnership, after, limit=WINDOW))
        )

    def _trouble(self) -> Trouble:
        return Trouble(__name__, "the relay failed", "the relay works again", relay=self._store.name)

    async def _hold_lease(self) -> None:
        before = self._lease.fence
        if self._unheard:
            await self._give_way()
        if await self._lease.renew() != before:
            _log.info("the relay is active" if self.active else "the relay stands by", relay=self._store.name)
            self._acknowledged.clear()
            self._unmarked.clear()
            self._look()
        await asyncio.sleep(_RENEW_SECONDS if self.active else self._poll_seconds)

    async def _give_way(self) -> None:
        """Let go of the lease for so long that a replica which stands by takes it: that one may reach the broker."""
        self._unheard = False
        await self._lease.release()
        self._acknowledged.clear()
        self._unmarked.clear()
        self._send_again()
        await asyncio.sleep(2 * self._poll_seconds)

    async def _relay(self) -> None:
        await self._wait_for_nudge()
        if self._sent_under != self._lease.fence:
            self._sent_under = self._lease.fence
            self._send_again()
        if self.active:
            try:
                await self._send_what_waits()
            except Exception as problem:
                self._unheard = isinstance(problem, NotAcknowledged)
                self._send_again()
                raise
        elif self._connection.is_connected:
            await self._connection.publish(self._call)  # the active replica may live in another process

    async def _send_what_waits(self) -> None:
        """Send as many events as may be on their way. Raises NotAcknowledged where some that were will never be."""
        self._publisher.check()
        while (room := self._publisher.room) and (events := self._in_turn(room) or await self._found(room)):
            await self._publisher.send(events, self._epoch)
            self._sent.update((event.partnership, event.version) for event in events)
        if room == WINDOW:
            self.last_progress = datetime.now(UTC)

    def _send_again(self) -> None:
        """Send what was not acknowledged once more."""
        self._publisher.forget()
        self._sent = self._acknowledged.copy()
        self._look()

    def _acknowledge(self, event: Stored) -> None:
        self._acknowledged[event.partnership] = event.version
        self._unheard = False
        self._unmarked.add(event.partnership)
        reached("relay.acknowledged")
        self.last_progress = datetime.now(UTC)
        self._to_mark.set()
        if self._publisher.room == _WORTH_SENDING:
            self._nudged.set()

    async def _wait_for_nudge(self) -> None:
        seconds = self._poll_seconds if self._publisher.room == WINDOW else LOOK_SECONDS
        try:
            async with asyncio.timeout(seconds):
                await self._nudged.wait()
        except TimeoutError:
            pass
        self._nudged.clear()

    async def _called(self, _message: Msg) -> None:
        if self.active:
            self._look()

    def _look(self) -> None:
        """Have the log itself looked into, whatever is known to be fresh."""
        self._fresh.clear()
        self._look_at = 0.0
        self._nudged.set()

    def _committed(self, notes: Sequence[object]) -> None:
        """Pass on, from the writer thread, what was appended to the log."""
        appended = [note for note in notes if isinstance(note, Appended) and note.log == self._store.name]
        if appended and self._loop is not None:
            self._loop.call_soon_threadsafe(self._take_fresh, [event for note in appended for event in note.events])

    def _take_fresh(self, events: list[Stored]) -> None:
        if len(self._fresh) + len(events) > _FRESH_LIMIT:
            self._look()
        elif self.active:
            self._fresh.extend(events)
        self._nudged.set()

    def _in_turn(self, most: int) -> list[Stored]:
        """Return the fresh events that come next in their partnerships; where one does not, the log is looked into."""
        events: list[Stored] = []
        reached_by: dict[str, int] = {}
        while self._fresh and len(events) < most:
            event = self._fresh.popleft()
            last = reached_by.get(event.partnership, self._sent.get(event.partnership, 0))
            if event.version == last + 1:
                reached_by[event.partnership] = event.version
                events.append(event)
            elif event.version > last:
                self._look_at = 0.0
        return events

    async def _found(self, most: int) -> list[Stored]:
        """Return events that are in the log and have not been sent, when it is time to look."""
        now = asyncio.get_running_loop().time()
        if now < self._look_at:
            return []
        self._look_at = now + self._poll_seconds
        self._epoch, events = await self._database.read(
            lambda connection: (self._store.epoch(connection), self._unsent(connection, most))
        )
        if events:
            self._look_at = 0.0  # there may be more
        return events

    async def _mark(self) -> None:
        await self._to_mark.wait()
        self._to_mark.clear()
        await self._mark_sent()
        await asyncio.sleep(_MARK_SECONDS)

    async def _mark_sent(self) -> None:
        """Write down what was acknowledged. Raises LeaseLost where another relay has taken over."""
        marks = {partnership: self._acknowledged[partnership] for partnership in self._unmarked}
        if not marks:
            return
        self._unmarked.clear()
        heads = self._store.heads
        mark = (
            update(heads)
            .where(heads.c.partnership == bindparam("of"), heads.c.relayed < bindparam("sent"))
            .values(relayed=bindparam("sent"))
        )

        def write(connection: Connection) -> None:
            self._lease.confirm(connection)
            connection.execute(mark, [{"of": partnership, "sent": sent} for partnership, sent in marks.items()])

        try:
            await self._database.write(write)
        except BaseException:
            # To be tried again, whether or not anything follows, but for what a change of hands has made void.
            self._unmarked.update(marks.keys() & self._acknowledged.keys())
            self._to_mark.set()
            raise
        reached("relay.marked")

    def _unsent(self, connection: Connection, most: int) -> list[Stored]:
        """Return the next events to send: up to ``most``, shared between the partnerships that have any."""
        heads = self._store.heads.c
        behind = connection.execute(
            select(heads.partnership, heads.version, heads.relayed).where(heads.relayed < heads.version)
        )
        sent: dict[str, int] = {}
        for row in behind:  # more may be behind than is to be sent: what is on its way is not marked
            last = max(row.relayed, self._sent.get(row.partnership, 0))
            if last < row.version and len(sent) < most:
                sent[row.partnership] = last
        share = most // max(1, len(sent))
        return [
            stored
            for partnership, last in sent.items()
            for stored in self._store.read_stored(connection, partnership, last, limit=share)
        ]
