"""When the timetable looks at which partnership: as soon as its journal has grown, and when its next duty falls due.

What is due follows from the register and the instant alone. So a look that has done all that was due holds until
either has changed, and says up to when the instant changes nothing. All replicas go by the same looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, MetaData, String, Table, and_, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from contracts.envelope import Position
from services.reporting.catch_up import CONSUMER
from services.runtime.base.version import build
from services.runtime.messaging import inbox
from services.runtime.store.columns import Instant

metadata = MetaData()
_looks = Table(
    "timetable_looks",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("chain", String(64), nullable=False),
    Column("looked_at", Instant, nullable=False),
    Column("look_again_at", Instant, nullable=False),
    Column("by_version", String(64), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Look:
    """A look at a partnership: at which instant, upon what of its journal, and up to when it holds."""

    partnership: str
    position: Position
    at: datetime
    holds_until: datetime


def due(connection: Connection, now: datetime, partnership: str | None = None) -> list[str]:
    """Return the partnerships that are to be looked at, in order; of one that is given, whether it is.

    Another build of Concordat may have other duties, and a clock that went back has others ahead of it: what was
    seen by the one or before the other does not hold.
    """
    known = inbox.positions.c
    looks = _looks.c
    holds = and_(
        looks.chain == known.chain,
        looks.looked_at <= now,
        looks.look_again_at > now,
        looks.by_version == build(),
    )
    query = (
        select(known.partnership)
        .select_from(inbox.positions.outerjoin(_looks, looks.partnership == known.partnership))
        .where(known.consumer == CONSUMER, or_(looks.partnership.is_(None), ~holds))
        .order_by(known.partnership)
    )
    return list(connection.scalars(query if partnership is None else query.where(known.partnership == partnership)))


def note(connection: Connection, look: Look) -> None:
    """Write down that a partnership was looked at and all that was due has been done."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    seen = {
        "chain": look.position.chain,
        "looked_at": look.at,
        "look_again_at": look.holds_until,
        "by_version": build(),
    }
    noted = insert(_looks).values(partnership=look.partnership, **seen)
    connection.execute(noted.on_conflict_do_update(index_elements=["partnership"], set_=seen))
