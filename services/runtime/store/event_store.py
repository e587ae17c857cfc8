"""The log of events of each partnership: appended to, never changed.

``heads`` holds where each log has got to and how far the relay has sent it. It moves in the transaction of the append
by compare-and-set on the version, so two writers can never both be the next; the primary key of ``events`` says the
same a second time. ``epochs`` tells the log from another that had the same name: the first one is made with the table.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy import event as schema_events
from sqlalchemy.exc import IntegrityError

from contracts.envelope import Position, Recorded, follows, link, unseal
from contracts.sealing import new_epoch
from services.runtime.base.failpoints import reached
from services.runtime.store.bulk import BulkInsert
from services.runtime.store.columns import Instant
from services.runtime.store.commit_notes import after_commit
from services.runtime.store.driver import Prepared

_READ_AHEAD = 1_000


class VersionConflict(Exception):
    """Another writer was first: the log has moved on. Catch up, decide again, append again."""

    def __init__(self, partnership: str) -> None:
        super().__init__(f"the log of {partnership} has moved on since it was read")
        self.partnership = partnership


class Stored(NamedTuple):
    """One event as it lies in the log, not decoded."""

    partnership: str
    version: int
    body: bytes
    chain: str
    traceparent: str | None


class Appended(NamedTuple):
    """The note that an append leaves for those who wait for commits."""

    log: str
    events: list[Stored]


class EventStore:
    """One service's log. ``name`` is ``programme`` or ``reporting``: the stream it is relayed to, in lower case."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.metadata = MetaData()
        self.events = Table(
            f"{name}_events",
            self.metadata,
            Column("partnership", String(64), primary_key=True),
            Column("version", BigInteger, primary_key=True, autoincrement=False),
            Column("recorded_at", Instant, nullable=False),
            Column("body", LargeBinary, nullable=False),
            Column("chain", String(64), nullable=False),
            Column("traceparent", String(64)),
        )
        self.heads = Table(
            f"{name}_heads",
            self.metadata,
            Column("partnership", String(64), primary_key=True),
            Column("version", BigInteger, nullable=False),
            Column("chain", String(64), nullable=False),
            Column("recorded_at", Instant, nullable=False),
            Column("relayed", BigInteger, nullable=False),
        )
        self.epochs = Table(f"{name}_epochs", self.metadata, Column("epoch", String(40), primary_key=True))
        schema_events.listen(self.epochs, "after_create", lambda _table, connection, **_: self.begin_epoch(connection))
        heads = self.heads.c
        behind = heads.relayed < heads.version
        Index(f"{name}_heads_behind", heads.partnership, sqlite_where=behind, postgresql_where=behind)
        self._head = Prepared(select(heads.version, heads.chain).where(heads.partnership == bindparam("of")))
        self._move_head = Prepared(
            update(self.heads)
            .where(
                heads.partnership == bindparam("of"),
                heads.version == bindparam("from_version"),
                heads.chain == bindparam("from_chain"),
            )
            .values(
                version=bindparam("to_version"), chain=bindparam("to_chain"), recorded_at=bindparam("now_recorded_at")
            )
        )
        self._start_head = insert(self.heads)
        self._insert_events = BulkInsert(self.events)

    def append(
        self,
        connection: Connection,
        events: Sequence[Recorded],
        traceparent: str | None = None,
        *,
        after: Position | None = None,
    ) -> None:
        """Append ``events``, all of one partnership and following each other, to its log.

        ``after`` is the position that they were decided upon; who does not know it has the log looked into first.
        Raises VersionConflict where they do not continue the log as it stands now, ValueError where they do not follow
        one another: the caller made them from something else than the log.
        """
        if not events:
            return
        partnership = events[0].partnership
        head = self.position(connection, partnership) if after is None else after
        if not follows(head, events[0]):
            raise VersionConflict(partnership)
        _check_sequence(events)
        try:
            self._take_head(connection, head, events[-1])
            self._insert_events(connection, [_row(event, traceparent) for event in events])
        except IntegrityError as error:
            raise VersionConflict(partnership) from error
        reached("log.appended")
        stored = [Stored(partnership, event.version, event.body, event.chain, traceparent) for event in events]
        after_commit(connection, Appended(self.name, stored))

    def position(self, connection: Connection, partnership: str) -> Position:
        """Return how far the partnership's log has got; version 0 where it has none."""
        row = self._head(connection, of=partnership).fetchone()
        return Position(*row) if row else Position()

    def position_at(self, connection: Connection, partnership: str, instant: datetime) -> Position:
        """Return how far the partnership's log had got at an instant; version 0 where it had none."""
        events = self.events.c
        by_then = (
            select(events.version, events.chain)
            .where(events.partnership == partnership, events.recorded_at <= instant)
            .order_by(events.version.desc())  # recorded-at never decreases along a log
            .limit(1)
        )
        row = connection.execute(by_then).first()
        return Position(row.version, row.chain) if row else Position()

    def last_recorded_at(self, connection: Connection, partnership: str) -> datetime | None:
        """Return when the partnership's last event was recorded. Nothing may be recorded before that."""
        heads = self.heads.c
        return connection.scalar(select(heads.recorded_at).where(heads.partnership == partnership))

    def last_written_at(self, connection: Connection) -> datetime | None:
        """Return when the last event of all partnerships was recorded; None where there is none."""
        latest = select(self.heads.c.recorded_at).order_by(self.heads.c.recorded_at.desc()).limit(1)
        return connection.scalar(latest)

    def epoch(self, connection: Connection) -> str:
        """Return the epoch of the log as it is now: a sortable id that is sent with each of its events."""
        return str(connection.execute(select(func.max(self.epochs.c.epoch))).scalar_one())

    def epochs_begun(self, connection: Connection) -> int:
        """Return how many epochs the log has had: one, and one more for each time that it was restored."""
        return connection.scalar(select(func.count()).select_from(self.epochs)) or 0

    def begin_epoch(self, connection: Connection) -> str:
        """Begin a new epoch, which sorts behind the last one, and return it: the log is another from now on."""
        last = connection.scalar(select(func.max(self.epochs.c.epoch))) or ""
        epoch = new_epoch(after=last)
        connection.execute(insert(self.epochs), {"epoch": epoch})
        return epoch

    def partnerships(self, connection: Connection) -> list[str]:
        """Return the codes of all partnerships that have a log, in order."""
        return list(connection.scalars(select(self.heads.c.partnership).order_by(self.heads.c.partnership)))

    def read(
        self, connection: Connection, partnership: str, after: int = 0, limit: int | None = None
    ) -> Iterator[Recorded]:
        """Yield the partnership's events behind version ``after``, in order, while the connection is open."""
        for stored in self.read_stored(connection, partnership, after, limit):
            yield unseal(stored.body, stored.chain)

    def read_back(
        self, connection: Connection, partnership: str, after: int, before: int, limit: int
    ) -> list[Recorded]:
        """Return the partnership's events between two versions, without these, the latest first."""
        events = self.events.c
        query = (
            select(events.body, events.chain)
            .where(events.partnership == partnership, events.version > after, events.version < before)
            .order_by(events.version.desc())
            .limit(limit)
        )
        return [unseal(bytes(row.body), row.chain) for row in connection.execute(query)]

    def read_these(self, connection: Connection, partnership: str, versions: Sequence[int]) -> list[Recorded]:
        """Return the partnership's events of these versions, in order."""
        events = self.events.c
        query = (
            select(events.body, events.chain)
            .where(events.partnership == partnership, events.version.in_(versions))
            .order_by(events.version)
        )
        return [unseal(bytes(row.body), row.chain) for row in connection.execute(query)]

    def read_stored(
        self, connection: Connection, partnership: str, after: int = 0, limit: int | None = None
    ) -> Iterator[Stored]:
        """Yield the same as ``read``, as it lies in the log."""
        events = self.events.c
        query = (
            select(events.partnership, events.version, events.body, events.chain, events.traceparent)
            .where(events.partnership == partnership, events.version > after)
            .order_by(events.version)
            .limit(limit)
        )
        with connection.execute(query, execution_options={"yield_per": _READ_AHEAD}) as rows:
            for row in rows:
                yield Stored(row.partnership, row.version, bytes(row.body), row.chain, row.traceparent)

    def verify(self, connection: Connection, partnership: str) -> int | None:
        """Recompute the chain from the first event on; return the first version that does not hold, None if all do."""
        last = Position()
        for stored in self.read_stored(connection, partnership):
            if not _continues(last, stored):
                return last.version + 1
            last = Position(stored.version, stored.chain)
        return None if last == self.position(connection, partnership) else last.version + 1

    def _take_head(self, connection: Connection, head: Position, last: Recorded) -> None:
        if head.version == 0:
            begun = {"version": last.version, "chain": last.chain, "recorded_at": last.recorded_at, "relayed": 0}
            connection.execute(self._start_head, {"partnership": last.partnership, **begun})
            return
        taken = self._move_head(
            connection,
            of=last.partnership,
            from_version=head.version,
            from_chain=head.chain,
            to_version=last.version,
            to_chain=last.chain,
            now_recorded_at=last.recorded_at,
        )
        if taken.rowcount != 1:
            raise VersionConflict(last.partnership)


def _check_sequence(events: Sequence[Recorded]) -> None:
    for previous, event in pairwise(events):
        if event.partnership != previous.partnership or not follows(previous.position, event):
            raise ValueError(f"{event.id} does not follow {previous.id}")


def _row(event: Recorded, traceparent: str | None) -> tuple[object, ...]:
    return (event.partnership, event.version, event.recorded_at, event.body, event.chain, traceparent)


def _continues(last: Position, stored: Stored) -> bool:
    """Say whether a stored event is the next one by its row, by its chain and by what its own bytes say."""
    if stored.version != last.version + 1 or link(last.chain, stored.body) != stored.chain:
        return False
    attributes = json.loads(stored.body)
    return bool(attributes["version"] == stored.version and attributes["partnership"] == stored.partnership)
