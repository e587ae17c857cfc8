"""Partnerships that a consumer cannot go on with, because it must not skip what it cannot take in.

They are written down, so that they are known, and tried again, after a restart too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    MetaData,
    String,
    Table,
    Text,
    case,
    delete,
    insert,
    select,
    true,
    update,
)

from services.runtime.base.retry import Backoff
from services.runtime.messaging.inbox_batch import Blockage, Obstacle, gap_behind
from services.runtime.store.columns import Instant
from services.runtime.store.database import Database

metadata = MetaData()
blocked_partitions = Table(
    "standstills",
    metadata,
    Column("consumer", String(64), primary_key=True),
    Column("partnership", String(64), primary_key=True),
    Column("seen", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Instant),
    Column("obstacle", String(16)),
    Column("version", BigInteger),
    Column("event", String(64)),
)
"""What is empty in the last four was written down by a version that did not know them."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Blocked:
    """The highest version seen, why which one could not be taken in, how often that was tried, and when to try again.

    ``known_why`` says that the reason is more than that an event has not come.
    """

    seen: int
    reason: str
    version: int
    known_why: bool
    tries: int = 0
    due: float = 0.0
    told: bool = False

    def is_news(self, blockage: Blockage) -> bool:
        """Say whether a blockage tells more than what is known."""
        return self.seen < blockage.seen or self._tells_why(blockage)

    def learn(self, blockage: Blockage) -> None:
        """Know what a blockage tells."""
        if self._tells_why(blockage):
            self.reason, self.version, self.known_why = blockage.reason, blockage.version, not blockage.missing
        self.seen = max(self.seen, blockage.seen)

    def _tells_why(self, blockage: Blockage) -> bool:
        """That an event is missing behind one that cannot be taken in goes without saying."""
        is_other = (self.reason, self.version) != (blockage.reason, blockage.version)
        return is_other and not (self.known_why and blockage.missing)


class BlockedPartitions:
    """Those of one consumer, each tried again after the pauses of ``backoff``."""

    def __init__(self, database: Database, consumer: str, backoff: Backoff) -> None:
        self._database = database
        self._consumer = consumer
        self._backoff = backoff
        self._known: dict[str, _Blocked] = {}

    def __contains__(self, partnership: str) -> bool:
        return partnership in self._known

    @property
    def reasons(self) -> dict[str, str]:
        """Return the partnerships that are blocked, each with the reason."""
        return {partnership: each.reason for partnership, each in self._known.items()}

    async def load(self, takes_in: Callable[[str], bool]) -> None:
        """Read what was written down of the partnerships that the consumer ``takes_in``; each is tried again at once.

        What it does not take in is another replica's to try.
        """
        known = await self._database.read(self._read)
        self._known = {partnership: each for partnership, each in known.items() if takes_in(partnership)}

    async def look_up(self, partnership: str) -> None:
        """Know what another replica has written down of a partnership."""
        if partnership not in self._known:
            self._known |= {
                code: each for code, each in (await self._database.read(self._read)).items() if code == partnership
            }

    def write_down(self, connection: Connection, blockages: Mapping[str, Blockage]) -> None:
        """Write down what is new about partnerships that cannot go on.

        It belongs into the transaction that passes over what they cannot take in: nobody would look for it otherwise.
        """
        for partnership, blockage in blockages.items():
            known = self._known.get(partnership)
            if known is None or known.is_news(blockage):
                self._write(connection, partnership, blockage)

    def remember(self, partnership: str, blockage: Blockage) -> None:
        """Know that a partnership cannot go on, once that is written down; it is tried again at once."""
        known = self._known.setdefault(
            partnership,
            _Blocked(blockage.seen, blockage.reason, blockage.version, known_why=not blockage.missing),
        )
        known.learn(blockage)

    def put_off(self, partnership: str, version: int) -> None:
        """Let a blocked partnership, which has got to ``version``, wait for its next try, longer each time.

        It is told of when it could not go on at the first try.
        """
        blocked = self._known[partnership]
        if not blocked.known_why:
            blocked.reason = gap_behind(version)
        blocked.tries += 1
        blocked.due = _now() + self._backoff.pause(blocked.tries)
        if not blocked.told:
            blocked.told = True
            _log.warning("a partnership is blocked", **self._who(partnership), reason=blocked.reason)

    def due(self) -> list[str]:
        """Return the partnerships that are to be tried again now."""
        now = _now()
        return [partnership for partnership, each in self._known.items() if each.due <= now]

    async def moved(self, partnership: str, version: int) -> None:
        """Say that a partnership has moved on to ``version``; what it still lacks is then looked for at once.

        Why an event beyond that cannot be taken in stays known.
        """
        await self.settle(partnership, version)
        if (blocked := self._known.get(partnership)) is not None:
            blocked.known_why = blocked.known_why and blocked.version > version
            blocked.tries, blocked.due = 0, 0.0

    async def settle(self, partnership: str, version: int) -> None:
        """Forget that a partnership is blocked, if it has got to ``version`` and nothing beyond it was seen."""
        known = self._known.get(partnership)
        if known is None or version < known.seen:
            return
        # The database first: what could not be deleted there is tried again as long as it is known here.
        await self._database.write(lambda connection: self._delete(connection, partnership, version))
        if self._known.get(partnership) is known and version >= known.seen:
            del self._known[partnership]
            if known.told:
                _log.info("a partnership is no longer blocked", **self._who(partnership), version=version)

    def forget(self, partnership: str) -> None:
        """Forget that a partnership is blocked, whatever was seen of it; what is written down has been deleted."""
        self._known.pop(partnership, None)

    def _who(self, partnership: str) -> dict[str, str]:
        return {"consumer": self._consumer, "partnership": partnership}

    def _read(self, connection: Connection) -> dict[str, _Blocked]:
        rows = connection.execute(select(blocked_partitions).where(blocked_partitions.c.consumer == self._consumer))
        return {
            row.partnership: _Blocked(row.seen, row.reason, row.version or 0, row.obstacle != Obstacle.MISSING)
            for row in rows
        }

    def _write(self, connection: Connection, partnership: str, blockage: Blockage) -> None:
        """Write a blockage down; another replica may have seen more of the partnership, which stays."""
        known = self._known.get(partnership)
        seen = blocked_partitions.c.seen
        changes: dict[str, object] = {"seen": case((seen < blockage.seen, blockage.seen), else_=seen)}
        why = {name: getattr(blockage, name) for name in ("reason", "obstacle", "version", "event")}
        if known is None or not (known.known_why and blockage.missing):
            changes |= why
        its = self._its(partnership)
        if not connection.execute(update(blocked_partitions).where(its).values(changes)).rowcount:
            row = {**self._who(partnership), "seen": blockage.seen, "since": datetime.now(UTC), **why}
            connection.execute(insert(blocked_partitions), row)

    def _delete(self, connection: Connection, partnership: str, upto: int) -> None:
        """Delete what is written down of a partnership, unless another replica saw something beyond ``upto``."""
        connection.execute(delete(blocked_partitions).where(self._its(partnership), blocked_partitions.c.seen <= upto))

    def _its(self, partnership: str) -> ColumnElement[bool]:
        columns = blocked_partitions.c
        return (columns.consumer == self._consumer) & (columns.partnership == partnership)


def blocked(connection: Connection, consumer: str) -> set[str]:
    """Return the partnerships that are written down as blocked, by whichever replica."""
    its = blocked_partitions.c.consumer == consumer
    return set(connection.scalars(select(blocked_partitions.c.partnership).where(its)))


def forget(connection: Connection, consumer: str, partnership: str | None = None) -> None:
    """Drop what is written down for the consumer, of one partnership or of all."""
    its = blocked_partitions.c.consumer == consumer
    of = true() if partnership is None else blocked_partitions.c.partnership == partnership
    connection.execute(delete(blocked_partitions).where(its, of))


def _now() -> float:
    return asyncio.get_running_loop().time()
