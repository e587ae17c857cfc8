"""The one place where it is chosen what comes by e-mail."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, insert, select

from services.runtime.access.directory import Directory
from services.runtime.access.sessions.email_choice import UNWANTED, Topic, unwanted_at
from services.runtime.store.database import Database


class EmailChoices:
    """Keeps what is not wanted, by address. Whoever writes an e-mail looks there each time."""

    def __init__(self, database: Database, directory: Directory) -> None:
        self._database = database
        self._directory = directory

    async def wanted_at(self, address: str) -> frozenset[Topic]:
        """Return which of the topics that can be switched off are wanted at an address."""
        return frozenset(Topic) - await unwanted_at(self._database, address)

    async def choose(self, address: str, wanted: Collection[Topic]) -> None:
        """Have these topics told at an address, and no others of those that can be switched off."""
        rows = [{"address": address, "topic": topic} for topic in Topic if topic not in wanted]

        def choose(connection: Connection) -> None:
            connection.execute(delete(UNWANTED).where(UNWANTED.c.address == address))
            if rows:
                connection.execute(insert(UNWANTED), rows)

        await self._database.write(choose)

    async def forget(self) -> None:
        """Delete what was chosen at addresses that nobody has any more: of people who were erased, or moved."""
        known = select(UNWANTED.c.address).distinct()
        for address in await self._database.read(lambda connection: connection.scalars(known).all()):
            if not await self._directory.holders_of(address):
                await self._forget(address)

    async def _forget(self, address: str) -> None:
        gone = delete(UNWANTED).where(UNWANTED.c.address == address)
        await self._database.write(lambda connection: connection.execute(gone))
