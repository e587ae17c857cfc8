"""The replicas of a consumer that share its stream: a row in its database says of each until when it counts.

All instants come from the database's own clock, so that replicas need not agree on the time. That two replicas differ
for a moment over who is there does no harm: what both take in has its effect once, by the positions of partnerships.
"""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import Column, Connection, Float, MetaData, String, Table, TextClause, delete, text

from services.runtime.store.lease import NOW

metadata = MetaData()
members = Table(
    "members",
    metadata,
    Column("consumer", String(64), primary_key=True),
    Column("member", String(64), primary_key=True),
    Column("joined", Float(53), nullable=False),  # seconds since 1970 by the database's clock
    Column("expires", Float(53), nullable=False),
)

_KEEP_SECONDS = 3_600.0  # what a replica that died leaves behind
_STAY = """
    INSERT INTO members (consumer, member, joined, expires) VALUES (:consumer, :member, {now}, {now} + :seconds)
    ON CONFLICT (consumer, member) DO UPDATE SET
        joined = CASE WHEN members.expires <= {now} THEN excluded.joined ELSE members.joined END,
        expires = excluded.expires
"""
_LIVING = "SELECT member FROM members WHERE consumer = :consumer AND expires > {now} ORDER BY joined, member"
_CLEAR_UP = "DELETE FROM members WHERE consumer = :consumer AND expires < {now} - :seconds"


class Membership:
    """One replica's place among those of a consumer, which it has for ``seconds`` after each renewal."""

    def __init__(self, consumer: str, *, seconds: float = 6.0) -> None:
        self._consumer = consumer
        self._seconds = seconds
        self.member = uuid4().hex

    def renew(self, connection: Connection) -> list[str]:
        """Join or stay, and return all who are there, in the order in which they joined.

        Whoever was away for longer than its place lasts joins anew, as the last.
        """
        its = {"consumer": self._consumer, "member": self.member, "seconds": self._seconds}
        connection.execute(_by_its_clock(connection, _STAY), its)
        return list(connection.scalars(_by_its_clock(connection, _LIVING), {"consumer": self._consumer}))

    def clear_up(self, connection: Connection) -> None:
        """Remove what those left behind who died long ago."""
        long_ago = {"consumer": self._consumer, "seconds": _KEEP_SECONDS}
        connection.execute(_by_its_clock(connection, _CLEAR_UP), long_ago)

    def leave(self, connection: Connection) -> None:
        """Give the place up, so that others need not wait until it expires."""
        mine = (members.c.consumer == self._consumer) & (members.c.member == self.member)
        connection.execute(delete(members).where(mine))


def _by_its_clock(connection: Connection, statement: str) -> TextClause:
    return text(statement.format(now=NOW[connection.dialect.name]))
