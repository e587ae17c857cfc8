"""Announcements of reporting that are held back until programme's log has been taken in as far as they rest on it.

The two streams arrive independently: a reminder may come before the appointment of the lead whom it is for. Each
announcement names, as its cause, the last programme event that reporting had seen; it takes effect behind that one.
"""

from __future__ import annotations

import re

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
    insert,
    select,
    update,
)

from contracts.envelope import Position, Recorded, unseal
from services.runtime.messaging import inbox
from services.runtime.messaging.streams import NOTIFICATIONS_OF_PROGRAMME

_ON_WHAT_WAS_LOST = 2**62

metadata = MetaData()
_held = Table(
    "held_back",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("rests_on", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("chain", String(64), nullable=False),
    Column("traceparent", String(64), nullable=False),
)

_any = select(_held.c.version).where(_held.c.partnership == bindparam("of")).limit(1)


def hold(connection: Connection, announcement: Recorded) -> None:
    """Keep ``announcement`` until it may take effect; ``release`` says whether that is at once."""
    connection.execute(
        insert(_held).values(
            partnership=announcement.partnership,
            version=announcement.version,
            rests_on=_rests_on(announcement),
            body=announcement.body,
            chain=announcement.chain,
            traceparent=announcement.traceparent,
        )
    )


def release(connection: Connection, partnership: str) -> list[Recorded]:
    """Return the announcements of a partnership that may take effect now, in order, and keep them no longer.

    The position of programme's log is locked until the transaction ends, so that of two replicas, one taking in the
    announcement and the other the event it waits for, the later one releases it. Where nothing is held back there is
    nothing to lock for: whoever holds an announcement back comes here after that, and whoever takes an event in has
    that lock.
    """
    if connection.scalar(_any, {"of": partnership}) is None:
        return []
    known = inbox.known_positions(connection, NOTIFICATIONS_OF_PROGRAMME.name, [partnership])
    taken_in = known.get(partnership, Position()).version
    mine = _held.c.partnership == partnership
    rows = connection.execute(select(_held).where(mine).order_by(_held.c.version)).all()
    released = []
    for row in rows:
        if row.rests_on > taken_in:
            break  # an announcement never overtakes the one before it
        connection.execute(delete(_held).where(mine, _held.c.version == row.version))
        released.append(unseal(bytes(row.body), row.chain)._replace(traceparent=row.traceparent))
    return released


def lose_cause(connection: Connection, partnership: str) -> None:
    """Note that what a partnership's announcements rest on was lost when programme's log was restored."""
    connection.execute(update(_held).where(_held.c.partnership == partnership).values(rests_on=_ON_WHAT_WAS_LOST))


def let_go(connection: Connection, partnership: str) -> None:
    """Have the announcements that rest on what was lost take effect when they are next released."""
    its = (_held.c.partnership == partnership, _held.c.rests_on == _ON_WHAT_WAS_LOST)
    connection.execute(update(_held).where(*its).values(rests_on=0))


def forget(connection: Connection, partnership: str) -> None:
    """Keep nothing back of a partnership's announcements, which are about to be taken in again."""
    connection.execute(delete(_held).where(_held.c.partnership == partnership))


def partnerships(connection: Connection) -> list[str]:
    """Return the partnerships of which something is held back."""
    return list(connection.scalars(select(_held.c.partnership).distinct().order_by(_held.c.partnership)))


def _rests_on(announcement: Recorded) -> int:
    """Return the version of programme's log that the announcement names as its cause, 0 where it names none."""
    found = re.fullmatch(rf"programme-{re.escape(announcement.partnership)}-(\d{{1,15}})", announcement.causation)
    return int(found[1]) if found else 0
