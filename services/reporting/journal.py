"""The journal: reporting's own copy of programme's log, as it came over the stream.

The follower writes it, in the transaction in which it moves on. As *recorded at* never goes back from one version to
the next, the events up to an instant are always the first ones of the journal: a prefix.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    func,
    select,
)

from contracts.envelope import Position, Recorded, unseal
from services.runtime.store.bulk import BulkInsert

metadata = MetaData()
_journal = Table(
    "journal",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    # Microseconds since 1970, UTC: both databases take them in as they are, tens of thousands of times a second.
    Column("recorded_at", BigInteger, nullable=False),
    Column("chain", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

_READ_AHEAD = 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_of = _journal.c.partnership == bindparam("of")
_insert = BulkInsert(_journal)
_head = (
    select(_journal.c.version, _journal.c.recorded_at, _journal.c.chain)
    .where(_of)
    .order_by(_journal.c.version.desc())
    .limit(1)
)
_recorded_at = select(_journal.c.recorded_at).where(_of, _journal.c.version == bindparam("at"))
_read = (
    select(_journal.c.body, _journal.c.chain)
    .where(_of, _journal.c.version > bindparam("after"))
    .order_by(_journal.c.version)
)
_stored = (
    select(_journal.c.version, _journal.c.chain, _journal.c.body)
    .where(_of, _journal.c.version > bindparam("after"))
    .order_by(_journal.c.version)
)


class Head(NamedTuple):
    """How far the journal of a partnership has got: the last version, when it was recorded, and the chain there."""

    version: int
    recorded_at: datetime
    chain: str


def write(connection: Connection, events: Sequence[Recorded]) -> None:
    """Add ``events``, each the next one of its partnership."""
    _insert(
        connection,
        [
            (event.partnership, event.version, _microseconds(event.recorded_at), event.chain, event.body)
            for event in events
        ],
    )


def head(connection: Connection, partnership: str) -> Head | None:
    """Return how far the journal of ``partnership`` has got, None where it has none."""
    row = connection.execute(_head, {"of": partnership}).first()
    return Head(row.version, _instant(row.recorded_at), row.chain) if row else None


def position(connection: Connection, partnership: str) -> Position:
    """Return how far the journal of ``partnership`` has got; version 0 where it has none."""
    last = head(connection, partnership)
    return Position(last.version, last.chain) if last else Position()


def began_at(connection: Connection, partnership: str) -> datetime:
    """Return when the first event of ``partnership`` was recorded, which the journal must hold."""
    return _instant(connection.execute(_recorded_at, {"of": partnership, "at": 1}).scalar_one())


def partnerships(connection: Connection) -> list[str]:
    """Return the codes of all partnerships in the journal, in order."""
    found: list[str] = []
    following = select(func.min(_journal.c.partnership)).where(_journal.c.partnership > bindparam("last"))
    while (code := connection.scalar(following, {"last": found[-1] if found else ""})) is not None:
        found.append(code)
    return found


def version_at(connection: Connection, partnership: str, instant: datetime) -> int:
    """Return the last version recorded at or before ``instant``; 0 where nothing was."""
    last = head(connection, partnership)
    wanted = _microseconds(instant)
    lowest, highest = 0, last.version if last else 0
    looked_at = highest  # most ask when nothing has been recorded since
    while lowest < highest:
        recorded_at = connection.execute(_recorded_at, {"of": partnership, "at": looked_at}).scalar_one()
        lowest, highest = (looked_at, highest) if recorded_at <= wanted else (lowest, looked_at - 1)
        looked_at = (lowest + highest + 1) // 2
    return lowest


def read(connection: Connection, partnership: str, after: int = 0, limit: int | None = None) -> Iterator[Recorded]:
    """Yield the events behind version ``after``, in order, at most so many, while the connection is open."""
    bounds = {"of": partnership, "after": after}
    for body, chain in connection.execute(_read.limit(limit), bounds, execution_options={"yield_per": _READ_AHEAD}):
        yield unseal(bytes(body), chain)


def stored(connection: Connection, partnership: str, after: int, limit: int) -> Iterator[tuple[int, str, bytes]]:
    """Yield (version, chain value, bytes) of at most ``limit`` entries behind version ``after``, as they are stored."""
    for version, chain, body in connection.execute(_stored.limit(limit), {"of": partnership, "after": after}):
        yield version, chain, bytes(body)


def clear(connection: Connection) -> None:
    """Forget everything, to be read from the stream again."""
    connection.execute(delete(_journal))


def rewind(connection: Connection, partnership: str) -> None:
    """Forget a partnership, to be read from the stream again."""
    connection.execute(delete(_journal).where(_journal.c.partnership == partnership))


def _microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND


def _instant(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
