"""Until when what was read of a partnership holds, as far as this process knows without asking the database.

Every replica follows the whole stream, so each knows by its own follower's position what any of them has taken in. What
is issued in this process is known from its commits. What another replica issues, or takes in while this one's follower
is cut off, is not known here: so nothing holds for longer than ``_TRUSTED_SECONDS`` without being asked for again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence

from contracts.envelope import Position
from services.runtime.base.clock import Clock
from services.runtime.store.database import Database
from services.runtime.store.event_store import Appended
from services.runtime.web.kept_answers import Holds
from services.runtime.web.partnership.views import minute_of

_TRUSTED_SECONDS = 1.0


class Freshness:
    """Watches what pages are made of. ``position`` says how far a partnership has been taken in."""

    def __init__(self, database: Database, position: Callable[[str], Position], clock: Clock) -> None:
        self._position = position
        self._clock = clock
        self._announced: Counter[str] = Counter()
        database.after_commit(self._committed)

    def watch(self, partnership: str, *, is_live: bool) -> Holds:
        """Return what says whether all that is read of ``partnership`` from now on still holds.

        Figures as at now change with time alone, at full minutes; those as at an instant do not.
        """
        seen = self._seen(partnership)
        minute = minute_of(self._clock.now()) if is_live else None
        trusted_until = time.monotonic() + _TRUSTED_SECONDS

        async def still() -> bool:
            return (
                time.monotonic() < trusted_until
                and self._seen(partnership) == seen
                and (minute is None or minute_of(self._clock.now()) == minute)
            )

        return still

    def _seen(self, partnership: str) -> tuple[Position, int]:
        return self._position(partnership), self._announced[partnership]

    def _committed(self, notes: Sequence[object]) -> None:
        for note in notes:
            if isinstance(note, Appended):
                self._announced.update(event.partnership for event in note.events)
