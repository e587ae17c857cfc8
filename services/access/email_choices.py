"""The one place where it is chosen what comes by e-mail."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from sqlalchemy import Connection, delete, insert, select, union

from services.runtime.access.directory import Directory
from services.runtime.access.sessions.email_choice import (
    PACES,
    UNWANTED,
    USUAL_PACE,
    Pace,
    Topic,
    paces_at,
    unwanted_at,
)
from services.runtime.store.database import Database


class EmailChoices:
    """Keeps what is not wanted, and how often, by address. Whoever writes an e-mail looks there each time."""

    def __init__(self, database: Database, directory: Directory) -> None:
        self._database = database
        self._directory = directory

    async def wanted_at(self, address: str) -> frozenset[Topic]:
        """Return which of the topics that can be switched off are wanted at an address."""
        return frozenset(Topic) - await unwanted_at(self._database, address)

    async def pace_at(self, address: str) -> Pace:
        """Return how often an address is told what waits for whoever holds it."""
        return (await paces_at(self._database, [address]))[address]

    async def choose(self, address: str, wanted: Collection[Topic], pace: Pace = USUAL_PACE) -> None:
        """Have these topics told at an address, no others that can be switched off, and what waits at this pace."""
        rows = [{"address": address, "topic": topic} for topic in Topic if topic not in wanted]

        def choose(connection: Connection) -> None:
            _forget(connection, address)
            connection.execute(insert(PACES).values(address=address, pace=pace))
            if rows:
                connection.execute(insert(UNWANTED), rows)

        await self._database.write(choose)

    async def forget(self) -> None:
        """Delete what was chosen at addresses that nobody has any more: of people who were erased, or moved."""
        known = union(select(UNWANTED.c.address), select(PACES.c.address))
        for address in await self._database.read(lambda connection: connection.scalars(known).all()):
            if not await self._directory.holders_of(address):
                await self._database.write(partial(_forget, address=address))


def _forget(connection: Connection, address: str) -> None:
    for table in (UNWANTED, PACES):
        connection.execute(delete(table).where(table.c.address == address))
