"""One at a time, however many replicas: a row in the database that says who, until when, and which holder in turn.

All instants come from the database's own clock, so that replicas need not agree on the time. Whoever works under a
lease confirms it in the transaction of what it writes: a holder that was overtaken while it slept changes nothing.
"""

from __future__ import annotations

from typing import cast
from uuid import uuid4

from sqlalchemy import BigInteger, Column, Connection, Float, MetaData, String, Table, select, text, update

from services.runtime.store.database import Database

metadata = MetaData()
leases = Table(
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("expires", Float(53), nullable=False),  # seconds since 1970 by the database's clock
)

NOW = {
    "sqlite": "((julianday('now') - 2440587.5) * 86400.0)",
    "postgresql": "extract(epoch FROM clock_timestamp())::float8",
}
"""The database's clock, in seconds since 1970, as each dialect reads it."""

_TAKE = """
    INSERT INTO leases (name, holder, fence, expires) VALUES (:name, :holder, 1, {now} + :seconds)
    ON CONFLICT (name) DO UPDATE SET
        holder = excluded.holder,
        fence = leases.fence + CASE WHEN leases.holder = excluded.holder THEN 0 ELSE 1 END,
        expires = excluded.expires
    WHERE leases.holder = excluded.holder OR leases.expires <= {now}
    RETURNING fence
"""


class LeaseLost(Exception):
    """Another replica holds the lease now."""


class Lease:
    """One replica's claim to a lease, which runs for ``seconds`` after each renewal: renew it three times as often."""

    def __init__(self, database: Database, name: str, *, seconds: float = 10.0) -> None:
        self._database = database
        self._name = name
        self._seconds = seconds
        self._holder = uuid4().hex
        self.fence: int | None = None

    async def renew(self) -> int | None:
        """Take the lease or renew it. Return its fence, which rises with each change of hands; None while it is held
        by somebody else.
        """
        self.fence = await self._database.write(self._take)
        return self.fence

    async def release(self) -> None:
        """Let go of the lease, so that another may take it at once."""
        if self.fence is not None:
            self.fence = None
            await self._database.write(self._give_back)

    def confirm(self, connection: Connection) -> None:
        """Make sure that the lease is still held, until this transaction ends. Raises LeaseLost where it is not."""
        held = select(leases.c.fence).where(leases.c.name == self._name).with_for_update(read=True)
        if self.fence is None or connection.scalar(held) != self.fence:
            raise LeaseLost(f"another replica has taken over the {self._name}")

    def _take(self, connection: Connection) -> int | None:
        take = text(_TAKE.format(now=NOW[connection.dialect.name]))
        claim = {"name": self._name, "holder": self._holder, "seconds": self._seconds}
        return cast("int | None", connection.scalar(take, claim))

    def _give_back(self, connection: Connection) -> None:
        mine = (leases.c.name == self._name) & (leases.c.holder == self._holder)
        connection.execute(update(leases).where(mine).values(expires=0.0))
