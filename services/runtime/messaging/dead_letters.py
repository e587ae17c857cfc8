"""Events whose effect failed time and again, and messages that are no events: kept, with the reason, for a person.

An event that became a dead letter counts as taken in, so that the partnership goes on; it is not lost: its bytes are
here, and its effect can be asked for again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from contracts.envelope import Recorded
from services.runtime.store.columns import Instant

metadata = MetaData()
dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("consumer", String(64), nullable=False, index=True),
    Column("partnership", String(64), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("subject", String(255), nullable=False),
    Column("wire", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("buried_at", Instant, nullable=False),
)
failures = Table(
    "failures",
    metadata,
    Column("consumer", String(64), primary_key=True),
    Column("partnership", String(64), primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("tries", Integer, nullable=False),
    Column("reason", Text, nullable=False),
)

_forget = delete(failures).where(
    failures.c.consumer == bindparam("by"),
    failures.c.partnership == bindparam("of"),
    failures.c.version <= bindparam("up_to"),
)


class Gone(LookupError):
    """A dead letter is not there any more; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One dead letter. ``version`` is 0 where no service sealed the message.

    ``wire`` is then the beginning of what travelled, otherwise the stored event with its chain value.
    """

    id: int
    consumer: str
    partnership: str
    version: int
    subject: str
    wire: bytes
    reason: str
    buried_at: datetime

    @property
    def can_be_retried(self) -> bool:
        """Whether it is an event, whose effect can be asked for again."""
        return self.version > 0


def count_failure(connection: Connection, consumer: str, event: Recorded, reason: str) -> int:
    """Write down that the effect of ``event`` failed and return how often it has by now."""
    its = (
        (failures.c.consumer == consumer)
        & (failures.c.partnership == event.partnership)
        & (failures.c.version == event.version)
    )
    tries = connection.scalar(select(failures.c.tries).where(its).with_for_update()) or 0
    if tries:
        connection.execute(update(failures).where(its).values(tries=tries + 1, reason=reason))
    else:
        row = {"consumer": consumer, "partnership": event.partnership, "version": event.version}
        connection.execute(insert(failures), {**row, "tries": 1, "reason": reason})
    return tries + 1


def bury(
    connection: Connection, consumer: str, partnership: str, version: int, *, subject: str, wire: bytes, reason: str
) -> None:
    """Keep a dead letter and forget the failures that led to it."""
    _forget_failures(connection, consumer, {partnership: version})
    connection.execute(
        insert(dead_letters),
        {
            "consumer": consumer,
            "partnership": partnership,
            "version": version,
            "subject": subject,
            "wire": wire,
            "reason": reason,
            "buried_at": datetime.now(UTC),
        },
    )


def number_unsealed(connection: Connection, consumer: str) -> int:
    """Return how many messages that no service sealed are kept for a consumer."""
    columns = dead_letters.c
    its = (columns.consumer == consumer) & (columns.version == 0)
    return int(connection.scalar(select(func.count()).where(its)) or 0)


def forgive(connection: Connection, consumer: str, events: Sequence[Recorded]) -> None:
    """Forget the failures of events, in the order of their versions, whose effects have come about after all."""
    _forget_failures(connection, consumer, {event.partnership: event.version for event in events})


def all_of(connection: Connection, consumer: str) -> Sequence[DeadLetter]:
    """Return the consumer's dead letters, oldest first."""
    return _found(connection, select(dead_letters).where(dead_letters.c.consumer == consumer))


def oldest(connection: Connection, limit: int) -> Sequence[DeadLetter]:
    """Return the first ``limit`` dead letters of all consumers on this database, oldest first."""
    return _found(connection, select(dead_letters).limit(limit))


def by_number(connection: Connection, number: int) -> DeadLetter | None:
    """Return one dead letter; None where there is none of that number."""
    found = _found(connection, select(dead_letters).where(dead_letters.c.id == number))
    return found[0] if found else None


def numbers(connection: Connection) -> Mapping[str, int]:
    """Return how many dead letters each consumer on this database has; those without any are left out."""
    per_consumer = select(dead_letters.c.consumer, func.count()).group_by(dead_letters.c.consumer)
    return {row[0]: row[1] for row in connection.execute(per_consumer)}


def remove(connection: Connection, letter: DeadLetter) -> None:
    """Take a dead letter away: its effect comes about in this transaction, or a person has dealt with it.

    Raises Gone where somebody else has taken it away. Of two who try at once the second waits for the first.
    """
    if connection.execute(delete(dead_letters).where(dead_letters.c.id == letter.id)).rowcount != 1:
        raise Gone(f"Dead letter {letter.id} is not there any more; somebody else has dealt with it.")


def _found(connection: Connection, query: Select[Any]) -> Sequence[DeadLetter]:
    rows = connection.execute(query.order_by(dead_letters.c.id))
    return [DeadLetter(**{**row._mapping, "wire": bytes(row.wire)}) for row in rows]  # noqa: SLF001 - its public name


def _forget_failures(connection: Connection, consumer: str, reached: Mapping[str, int]) -> None:
    """Forget what failed up to the version that each partnership has reached: it has come about, or was given up."""
    connection.execute(
        _forget, [{"by": consumer, "of": partnership, "up_to": version} for partnership, version in reached.items()]
    )
