"""Partnerships at which a consumer stands still, because it must not skip what it cannot take in.

They are written down, so that they are known, and tried again, after a restart too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from sqlalchemy import BigInteger, Column, Connection, MetaData, String, Table, Text, delete, insert, select, true

from services.runtime.messaging.inbox_batch import Blockage
from services.runtime.store.database import Database

metadata = MetaData()
blocked_partitions = Table(
    "standstills",
    metadata,
    Column("consumer", String(64), primary_key=True),
    Column("partnership", String(64), primary_key=True),
    Column("seen", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
)

_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 60.0
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Blocked:
    """The highest version seen, why it could not be taken, and when (by the loop's clock) to try again."""

    seen: int
    reason: str
    due: float = 0.0
    pause: float = _FIRST_PAUSE_SECONDS

    def learns_from(self, blockage: Blockage) -> bool:
        """Say whether a blockage is another one, further on."""
        return self.reason != blockage.reason and self.seen < blockage.seen


class BlockedPartitions:
    """Those of one consumer."""

    def __init__(self, database: Database, consumer: str) -> None:
        self._database = database
        self._consumer = consumer
        self._known: dict[str, _Blocked] = {}

    @property
    def reasons(self) -> dict[str, str]:
        """Return the partnerships that stand still, each with the reason."""
        return {partnership: each.reason for partnership, each in self._known.items()}

    async def load(self) -> None:
        """Read what was written down; each is tried again at once."""
        self._known = await self._database.read(self._read)

    async def note(self, partnership: str, blockage: Blockage) -> None:
        """Note that a partnership cannot go on, and write it down."""
        await self._database.write(lambda connection: self.write_down(connection, {partnership: blockage}))
        self.remember(partnership, blockage)

    def write_down(self, connection: Connection, blockages: Mapping[str, Blockage]) -> None:
        """Write down what is new about partnerships that cannot go on.

        It belongs into the transaction that passes over what they cannot take in: nobody would look for it otherwise.
        """
        for partnership, blockage in blockages.items():
            known = self._known.get(partnership)
            if known is None or known.learns_from(blockage):
                self._write(connection, partnership, blockage)

    def remember(self, partnership: str, blockage: Blockage) -> None:
        """Know that a partnership cannot go on, once that is written down."""
        known = self._known.get(partnership)
        if known is None:
            self._known[partnership] = _Blocked(blockage.seen, blockage.reason)
            _log.warning("a partnership is blocked", **self._who(partnership), reason=blockage.reason)
            return
        if known.learns_from(blockage):
            known.reason = blockage.reason
        known.seen = max(known.seen, blockage.seen)

    async def moved(self, partnership: str, version: int) -> None:
        """Say that a partnership has moved on to ``version``; what it still lacks is then looked for at once."""
        await self.settle(partnership, version)
        if partnership in self._known:
            self._known[partnership].due = 0.0

    async def settle(self, partnership: str, version: int) -> None:
        """Forget that a partnership is blocked, if it has got to ``version`` and nothing beyond it was seen."""
        known = self._known.get(partnership)
        if known is None or version < known.seen:
            return
        # The database first: what could not be deleted there is tried again as long as it is known here.
        await self._database.write(lambda connection: self._delete(connection, partnership, version))
        if self._known.get(partnership) is known and version >= known.seen:
            del self._known[partnership]
            _log.info("a partnership is no longer blocked", **self._who(partnership), version=version)

    def forget(self, partnership: str) -> None:
        """Forget that a partnership is blocked, whatever was seen of it; what is written down has been deleted."""
        self._known.pop(partnership, None)

    def due(self) -> list[str]:
        """Return the partnerships to be tried again now, and put off the next try of each, further every time."""
        now = asyncio.get_running_loop().time()
        due = [partnership for partnership, each in self._known.items() if each.due <= now]
        for partnership in due:
            each = self._known[partnership]
            each.due = now + each.pause
            each.pause = min(2 * each.pause, _LONGEST_PAUSE_SECONDS)
        return due

    def _who(self, partnership: str) -> dict[str, str]:
        return {"consumer": self._consumer, "partnership": partnership}

    def _read(self, connection: Connection) -> dict[str, _Blocked]:
        rows = connection.execute(select(blocked_partitions).where(blocked_partitions.c.consumer == self._consumer))
        return {row.partnership: _Blocked(row.seen, row.reason) for row in rows}

    def _write(self, connection: Connection, partnership: str, blockage: Blockage) -> None:
        self._delete(connection, partnership)
        row = {**self._who(partnership), "seen": blockage.seen, "reason": blockage.reason}
        connection.execute(insert(blocked_partitions), row)

    def _delete(self, connection: Connection, partnership: str, upto: int | None = None) -> None:
        """Delete what is written down of a partnership, unless another replica saw something beyond ``upto``."""
        its = (blocked_partitions.c.consumer == self._consumer) & (blocked_partitions.c.partnership == partnership)
        connection.execute(
            delete(blocked_partitions).where(its, true() if upto is None else blocked_partitions.c.seen <= upto)
        )


def forget(connection: Connection, consumer: str, partnership: str | None = None) -> None:
    """Drop what is written down for the consumer, of one partnership or of all."""
    its = blocked_partitions.c.consumer == consumer
    of = true() if partnership is None else blocked_partitions.c.partnership == partnership
    connection.execute(delete(blocked_partitions).where(its, of))
