"""Questions about partnerships, answered from registers that no command waits for, each as far as the log."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from contracts.envelope import Recorded
from domain.register import Register
from services.programme.core.decider import NoPartnership
from services.programme.core.register_cache import CachedRegister, RegisterCache
from services.runtime.access.roles import NO_PARTNERSHIP, RolesIn, roles_at
from services.runtime.registers.memory import RegisterMemory
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore, Stored

T = TypeVar("T")


class Questions:
    """Answers questions. Those whose name ends in ``sync`` are answered in the caller's own thread."""

    def __init__(self, database: Database, store: EventStore, memory: RegisterMemory) -> None:
        self._database = database
        self._store = store
        # Registers of their own, so that no question keeps a command waiting for one.
        self._views = RegisterCache(database, store, memory)

    async def view(self, partnership: str, question: Callable[[Register], T]) -> T:
        """Return what ``question`` finds in the register, which is as far as the log. Raises NoPartnership.

        The question is asked in another thread, while others wait that ask too: it must copy what it wants to keep.
        """
        return await self.look(partnership, lambda live: question(live.register))

    async def look(self, partnership: str, question: Callable[[CachedRegister], T]) -> T:
        """Do what ``view`` does with the versions of objects at hand."""
        return await self._database.read(lambda connection: self._look(connection, partnership, question))

    def look_sync(self, partnership: str, question: Callable[[CachedRegister], T]) -> T:
        """Do what ``look`` does in the caller's own thread."""
        return self._database.read_sync(lambda connection: self._look(connection, partnership, question))

    async def roles_in(self, partnership: str, at: datetime) -> RolesIn:
        """Return who holds which roles on the local date of an instant; NO_PARTNERSHIP where there is none."""
        try:
            return await self.view(partnership, lambda register: roles_at(register, at))
        except NoPartnership:
            return NO_PARTNERSHIP

    async def partnerships(self) -> list[str]:
        """Return the codes of all partnerships, in order."""
        return await self._database.read(self._store.partnerships)

    def partnerships_sync(self) -> list[str]:
        """Do what ``partnerships`` does in the caller's own thread."""
        return self._database.read_sync(self._store.partnerships)

    def events_sync(self, partnership: str) -> list[Recorded]:
        """Return all events of a log, in the caller's own thread. Raises NoPartnership."""
        events = self._database.read_sync(lambda connection: list(self._store.read(connection, partnership)))
        if not events:
            raise no_partnership(partnership)
        return events

    async def log(self, partnership: str, after: int, limit: int) -> list[Stored]:
        """Return up to ``limit`` events behind version ``after``, as they are stored. Raises NoPartnership."""

        def reading(connection: Connection) -> list[Stored]:
            if self._store.position(connection, partnership).version == 0:
                raise no_partnership(partnership)
            return list(self._store.read_stored(connection, partnership, after, limit))

        return await self._database.read(reading)

    def history_sync(self, partnership: str, reference: str, most: int) -> list[Recorded]:
        """Return the last events about an object, the latest first, at most so many. Raises NoPartnership."""

        def reading(connection: Connection) -> list[Recorded]:
            versions = self._look(connection, partnership, lambda live: live.versions_about(reference)[-most:])
            return self._store.read_these(connection, partnership, versions)[::-1]

        return self._database.read_sync(reading)

    def log_back_sync(self, partnership: str, about: str, after: int, before: int, most: int) -> list[Recorded]:
        """Return the events between two versions, without these, the latest first, at most so many.

        With ``about``, those alone that are about the object of this reference. Raises NoPartnership.
        """

        def reading(connection: Connection) -> list[Recorded]:
            if not about:
                return self._store.read_back(connection, partnership, after, before, most)
            versions = self._look(connection, partnership, lambda live: live.versions_about(about))
            between = versions[bisect_right(versions, after) : bisect_left(versions, before)]
            return self._store.read_these(connection, partnership, between[-most:])[::-1]

        return self._database.read_sync(reading)

    def version_at_sync(self, partnership: str, instant: datetime) -> int:
        """Return how many events had been recorded by an instant."""
        return self._database.read_sync(
            lambda connection: self._store.position_at(connection, partnership, instant).version
        )

    def _look(self, connection: Connection, partnership: str, question: Callable[[CachedRegister], T]) -> T:
        with self._views.held_to_read(connection, partnership) as live:
            if live.version == 0:
                raise no_partnership(partnership)
            return question(live)


def no_partnership(partnership: str) -> NoPartnership:
    """Return the refusal of a question about a partnership that there is not."""
    return NoPartnership("", f"there is no partnership {partnership}")
