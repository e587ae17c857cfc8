"""What people do not want to be told by e-mail: by the address that they proved to hold. Access writes it."""

from __future__ import annotations

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


class Topic(StrEnum):
    """What can be switched off. Papers, invitations, reminders of returns and one's own receipts cannot."""

    RECEIPTS = "receipts"
    """That somebody else submitted a return of one's partner."""
    OFFICE = "office"
    """What a secretary is told: who has not reported, effects that failed, packs that did not arrive."""


async def unwanted_at(database: Database, address: str) -> frozenset[Topic]:
    """Return what is not wanted at an address, given by its key."""
    question = select(UNWANTED.c.topic).where(UNWANTED.c.address == address)
    found = await database.read(lambda connection: connection.scalars(question).all())
    return frozenset(map(Topic, found))
