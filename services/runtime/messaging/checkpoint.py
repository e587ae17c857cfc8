"""How far a consumer has read a stream: a hint that saves reading it from the start, and never more than that.

A stream can be deleted, recreated or replaced by an older copy; its numbers then mean something else. The hint is
followed only where the stream is the same one and still holds the very message that was read last.

Each part of a stream has its own, and where one replica reads all of it, the whole has one. They only rise, as each
says that all before it has its outcome in the database, whoever of the replicas said so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from nats.aio.client import Client
from nats.js.api import StreamInfo
from nats.js.errors import NotFoundError
from sqlalchemy import BigInteger, Column, Connection, MetaData, String, Table, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from services.runtime.messaging.parts import ALL_PARTS, Parts
from services.runtime.messaging.stream_reader import Message

metadata = MetaData()
cursors = Table(
    "cursors",
    metadata,
    Column("consumer", String(64), primary_key=True),
    Column("stream_created", String(40), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("mark", String(64), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The last message read: its number, a hash of its bytes, and the birth of the stream it was read from."""

    stream_created: str
    sequence: int
    mark: str

    @classmethod
    def at(cls, message: Message, stream_created: str) -> Checkpoint:
        """Return the checkpoint after ``message``."""
        return cls(stream_created, message.sequence, _mark(message.data))


Known = Mapping[int, Sequence[Checkpoint]]
"""By part, the checkpoints that speak of it: each says that all messages up to it were read."""


def birth_of(info: StreamInfo) -> str:
    """Return when a stream was created, which tells it from another of the same name."""
    return info.created.isoformat() if info.created else ""


async def invalid(connection: Client, stream: str, info: StreamInfo, known: Known) -> set[Checkpoint]:
    """Return those checkpoints that mean nothing of the stream as it is: it is another, or an older copy.

    ``info`` is no older than ``known``.
    """
    all_known = {each for checkpoints in known.values() for each in checkpoints}
    return {each for each in all_known if not await _holds(connection, stream, info, each)}


def read_upto(known: Known, invalid: set[Checkpoint], parts: Parts) -> int:
    """Return the number up to which all messages of some parts were read, of one at least; 0 where none says so."""
    return min(max((each.sequence for each in known.get(part, ()) if each not in invalid), default=0) for part in parts)


def load(connection: Connection, consumer: str) -> Known:
    """Return the consumer's checkpoints."""
    known: dict[int, list[Checkpoint]] = defaultdict(list)
    named = {_name(consumer, part): frozenset([part]) for part in ALL_PARTS} | {consumer: ALL_PARTS}
    for row in connection.execute(select(cursors).where(cursors.c.consumer.in_(named))):
        for part in named[row.consumer]:
            known[part].append(Checkpoint(row.stream_created, row.sequence, row.mark))
    return known


def store(connection: Connection, consumer: str, reached: Checkpoint, parts: Parts = ALL_PARTS) -> None:
    """Write down that ``parts`` of the stream were read up to there, where nothing further on is written down."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = insert(cursors)
    new = {"stream_created": reached.stream_created, "sequence": reached.sequence, "mark": reached.mark}
    is_further = or_(
        cursors.c.stream_created != row.excluded.stream_created, cursors.c.sequence < row.excluded.sequence
    )
    upsert = row.on_conflict_do_update(
        index_elements=["consumer"], set_={name: row.excluded[name] for name in new}, where=is_further
    )
    names = [consumer] if parts == ALL_PARTS else [_name(consumer, part) for part in sorted(parts)]
    connection.execute(upsert, [{"consumer": name, **new} for name in names])


def forget(connection: Connection, consumer: str, those: Iterable[Checkpoint] | None = None) -> None:
    """Drop the consumer's checkpoints, ``those`` or all."""
    its = cursors.c.consumer.in_([consumer, *(_name(consumer, part) for part in ALL_PARTS)])
    if those is None:
        connection.execute(delete(cursors).where(its))
        return
    for each in those:
        is_it = (cursors.c.stream_created == each.stream_created) & (cursors.c.sequence == each.sequence)
        connection.execute(delete(cursors).where(its, is_it, cursors.c.mark == each.mark))


def _name(consumer: str, part: int) -> str:
    return f"{consumer}/{part}"


async def _holds(connection: Client, stream: str, info: StreamInfo, checkpoint: Checkpoint) -> bool:
    if checkpoint.stream_created != birth_of(info) or checkpoint.sequence > info.state.last_seq:
        return False
    try:
        last_read = await connection.jsm().get_msg(stream, checkpoint.sequence)
    except NotFoundError:
        return False
    return _mark(last_read.data or b"") == checkpoint.mark


def _mark(data: bytes) -> str:
    return sha256(data).hexdigest()
