"""Messages that no service sealed: kept among the dead letters, counted, told of, and nothing to anyone's work.

However many come, only the first ones are kept, each up to a size: what is there to be seen must not fill the disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

import structlog
from prometheus_client import Counter
from sqlalchemy import BigInteger, Column, Connection, MetaData, String, Table, func, insert, select, update

from services.runtime.base.health import Check, ProbeResult
from services.runtime.base.telemetry import REGISTRY
from services.runtime.base.validation_messages import visible
from services.runtime.messaging import dead_letters
from services.runtime.messaging.decoding import UnsealedMessage
from services.runtime.store.columns import Instant
from services.runtime.store.database import Database

KEPT = 500
_KEPT_BYTES = 16 * 1024
_MEANS = "someone else can publish at the broker, or the services do not all have the same key files"
_log = structlog.get_logger(__name__)

SEEN = Counter(
    "concordat_messages_without_seal",
    "Messages that no service sealed, which a consumer found on its stream and put aside.",
    ("consumer",),
    registry=REGISTRY,
)

metadata = MetaData()
_counts = Table(
    "strangers",
    metadata,
    Column("consumer", String(64), primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("last_at", Instant, nullable=False),
)
_digests = Table(
    "strangers_kept",
    metadata,
    Column("consumer", String(64), primary_key=True),
    Column("digest", String(64), primary_key=True),
)
"""What has been kept, so that a stream that is read again fills nothing: comparing whole messages would take long."""


def put_aside(connection: Connection, consumer: str, unsealed: Sequence[UnsealedMessage]) -> None:
    """Keep messages as dead letters, those that are not kept already and as long as there is room; count them all."""
    if not unsealed:
        return
    room = KEPT - dead_letters.number_unsealed(connection, consumer)
    if room > 0:
        first = {_digest(message): message for message in unsealed[: 2 * KEPT]}
        known = _known(connection, consumer)
        for digest in [each for each in first if each not in known][:room]:
            _keep(connection, consumer, digest, first[digest])
    _count(connection, consumer, len(unsealed))


def tell(consumer: str, unsealed: Sequence[UnsealedMessage]) -> None:
    """Say that messages have been put aside: the metric each time, the log ever more rarely as they go on coming."""
    if not unsealed:
        return
    seen = SEEN.labels(consumer)
    before = _number(seen)
    seen.inc(len(unsealed))
    if int(before).bit_length() != int(before + len(unsealed)).bit_length():
        _log.error(
            "a message that no service sealed was put aside",
            consumer=consumer,
            subject=visible(unsealed[0].subject),
            reason=visible(unsealed[0].reason),
            so_far=int(before) + len(unsealed),
        )


def unsealed_messages_check(database: Database, consumers: Sequence[str]) -> Check:
    """Return what the readiness page says of such messages. They are no reason to be not ready."""

    def number(connection: Connection) -> int:
        total = select(func.coalesce(func.sum(_counts.c.number), 0)).where(_counts.c.consumer.in_(consumers))
        return int(connection.scalar(total) or 0)

    async def probe() -> ProbeResult:
        found = await database.read(number)
        if not found:
            return ProbeResult(True, "Every message was sealed by its service.")
        messages = "1 message that no service sealed was" if found == 1 else f"{found} messages no service sealed were"
        return ProbeResult(True, f"{messages} put aside as dead letters: {_MEANS}.")

    return Check(f"messages to {', '.join(consumers)}", probe)


def _digest(message: UnsealedMessage) -> str:
    return sha256(message.subject.encode("utf-8", "replace") + b"\0" + message.wire).hexdigest()


def _known(connection: Connection, consumer: str) -> set[str]:
    return set(connection.scalars(select(_digests.c.digest).where(_digests.c.consumer == consumer)))


def _keep(connection: Connection, consumer: str, digest: str, message: UnsealedMessage) -> None:
    words = message.subject.split(".")
    connection.execute(insert(_digests), {"consumer": consumer, "digest": digest})
    dead_letters.bury(
        connection,
        consumer,
        visible(words[1] if len(words) > 1 else "")[:64],
        version=0,
        subject=visible(message.subject)[:255],
        wire=message.wire[:_KEPT_BYTES],
        reason=visible(message.reason),
    )


def _count(connection: Connection, consumer: str, more: int) -> None:
    now = datetime.now(UTC)
    counted = update(_counts).where(_counts.c.consumer == consumer)
    if not connection.execute(counted.values(number=_counts.c.number + more, last_at=now)).rowcount:
        connection.execute(insert(_counts), {"consumer": consumer, "number": more, "last_at": now})


def _number(counter: Counter) -> float:
    return float(counter._value.get())  # noqa: SLF001 - it has no other way to ask
