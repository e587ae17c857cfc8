"""Until when what was read of a partnership holds.

The replica that takes a partnership in knows by its own follower what any of them has taken in of it, and by its own
commits what it has issued itself. So it need not ask the database for ``_TRUSTED_SECONDS``; what another replica issues
meanwhile is shown after them. Every other replica asks the database each time.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Connection

from contracts.envelope import Position
from services.reporting.catch_up import CONSUMER
from services.runtime.base.clock import Clock
from services.runtime.messaging import inbox
from services.runtime.store.database import Database, Overloaded, Unavailable
from services.runtime.store.event_store import Appended, EventStore
from services.runtime.web.kept_answers import Holds
from services.runtime.web.partnership.views import minute_of

_TRUSTED_SECONDS = 1.0


class TakingIn(Protocol):
    """What takes partnerships in: the follower of this process."""

    def takes_in(self, partnership: str) -> bool:
        """Say whether it is the one that takes this partnership in."""
        ...

    def position(self, partnership: str) -> Position:
        """Return how far it has."""
        ...


class Freshness:
    """Watches what pages are made of: what was taken in of a partnership, and what was announced of it in ``store``."""

    def __init__(self, database: Database, store: EventStore, follower: TakingIn, clock: Clock) -> None:
        self._database = database
        self._store = store
        self._follower = follower
        self._clock = clock
        self._announced: Counter[str] = Counter()
        database.after_commit(self._committed)

    def watch(self, partnership: str, *, is_live: bool) -> Holds:
        """Return what says whether all that is read of ``partnership`` from now on still holds.

        Figures as at now change with time alone, at full minutes; those as at an instant do not. Raises Overloaded, or
        Unavailable where the database cannot be read.
        """
        minute = minute_of(self._clock.now()) if is_live else None
        unchanged = (
            self._as_seen_here(partnership) if self._follower.takes_in(partnership) else self._as_stored(partnership)
        )

        async def still() -> bool:
            return (minute is None or minute_of(self._clock.now()) == minute) and await unchanged()

        return still

    def _as_seen_here(self, partnership: str) -> Holds:
        seen = self._seen(partnership)
        trusted_until = time.monotonic() + _TRUSTED_SECONDS

        async def unchanged() -> bool:
            return (
                time.monotonic() < trusted_until
                and self._follower.takes_in(partnership)
                and self._seen(partnership) == seen
            )

        return unchanged

    def _as_stored(self, partnership: str) -> Holds:
        def stored(connection: Connection) -> tuple[Position, Position]:
            taken_in = inbox.position(connection, CONSUMER, partnership)
            return taken_in, self._store.position(connection, partnership)

        known = self._database.read_sync(stored)

        async def unchanged() -> bool:
            try:
                return await self._database.read(stored) == known
            except (Overloaded, Unavailable):
                return False

        return unchanged

    def _seen(self, partnership: str) -> tuple[Position, int]:
        return self._follower.position(partnership), self._announced[partnership]

    def _committed(self, notes: Sequence[object]) -> None:
        for note in notes:
            if isinstance(note, Appended):
                self._announced.update(event.partnership for event in note.events)
