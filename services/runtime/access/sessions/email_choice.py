"""What people do not want to be told by e-mail, and how often: by the address that they proved to hold.

Access writes it.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import Column, MetaData, String, Table, select

from services.runtime.store.database import Database

metadata = MetaData()
UNWANTED = Table(
    "unwanted_emails",
    metadata,
    Column("address", String(400), primary_key=True),
    Column("topic", String(32), primary_key=True),
)
PACES = Table(
    "digest_paces",
    metadata,
    Column("address", String(400), primary_key=True),
    Column("pace", String(16), nullable=False),
)


class Topic(StrEnum):
    """What can be switched off. Papers, invitations, reminders of returns and one's own receipts cannot."""

    RECEIPTS = "receipts"
    """That somebody else submitted a return of one's partner."""
    OFFICE = "office"
    """What a secretary is told: who has not reported, effects that failed, packs that did not arrive."""


class Pace(StrEnum):
    """How often somebody is told what waits for them, where several things do."""

    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


USUAL_PACE = Pace.WEEKLY
"""That of whoever has chosen none."""


async def unwanted_at(database: Database, address: str) -> frozenset[Topic]:
    """Return what is not wanted at an address, given by its key."""
    question = select(UNWANTED.c.topic).where(UNWANTED.c.address == address)
    found = await database.read(lambda connection: connection.scalars(question).all())
    return frozenset(map(Topic, found))


async def paces_at(database: Database, addresses: Collection[str]) -> dict[str, Pace]:
    """Return how often what waits is told at each of these addresses, given by their keys."""
    question = select(PACES.c.address, PACES.c.pace).where(PACES.c.address.in_(addresses))
    rows = await database.read(lambda connection: connection.execute(question).all())
    return dict.fromkeys(addresses, USUAL_PACE) | {address: Pace(pace) for address, pace in rows}
