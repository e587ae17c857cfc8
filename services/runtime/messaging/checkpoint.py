"""How far a consumer has read a stream: a hint that saves reading it from the start, and never more than that.

A stream can be deleted, recreated or replaced by an older copy; its numbers then mean something else. The hint is
followed only where the stream is the same one and still holds the very message that was read last.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from nats.aio.client import Client
from nats.js.api import StreamInfo
from nats.js.errors import NotFoundError
from sqlalchemy import BigInteger, Column, Connection, MetaData, String, Table, delete, insert, select, update

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


def birth_of(info: StreamInfo) -> str:
    """Return when a stream was created, which tells it from another of the same name."""
    return info.created.isoformat() if info.created else ""


async def first_unread(connection: Client, stream: str, info: StreamInfo, known: Checkpoint | None) -> int:
    """Return the number of the first message to read: the one after the checkpoint, or 1 where that means nothing."""
    if known is None or known.stream_created != birth_of(info) or known.sequence > info.state.last_seq:
        return 1
    try:
        last_read = await connection.jsm().get_msg(stream, known.sequence)
    except NotFoundError:
        return 1
    return known.sequence + 1 if _mark(last_read.data or b"") == known.mark else 1


def load(connection: Connection, consumer: str) -> Checkpoint | None:
    """Return the consumer's checkpoint, None where it has not read anything."""
    row = connection.execute(select(cursors).where(cursors.c.consumer == consumer)).first()
    return Checkpoint(row.stream_created, row.sequence, row.mark) if row else None


def store(connection: Connection, consumer: str, reached: Checkpoint) -> None:
    """Write the consumer's checkpoint down."""
    values = {"stream_created": reached.stream_created, "sequence": reached.sequence, "mark": reached.mark}
    if not connection.execute(update(cursors).where(cursors.c.consumer == consumer).values(values)).rowcount:
        connection.execute(insert(cursors).values(consumer=consumer, **values))


def forget(connection: Connection, consumer: str) -> None:
    """Drop the consumer's checkpoint."""
    connection.execute(delete(cursors).where(cursors.c.consumer == consumer))


def _mark(data: bytes) -> str:
    return sha256(data).hexdigest()
