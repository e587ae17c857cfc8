"""Until when a page of programme holds: until anything is committed that it may show, or its minute is over.

Whoever has written reads it, whichever replica they ask. So what says whether a kept page holds is no event on its way,
but the databases themselves: the log with the drafts and files beside it, and the directory.
"""

from __future__ import annotations

from starlette.requests import Request

from services.runtime.base.clock import Clock
from services.runtime.store.database import Database
from services.runtime.web.kept_answers import Holds
from services.runtime.web.partnership.views import minute_of


class Freshness:
    """Watches all that pages are made of."""

    def __init__(self, clock: Clock, *databases: Database) -> None:
        self._clock = clock
        self._databases = databases

    async def watch(self, request: Request) -> Holds:
        """Return what says whether all that is read from now on, to answer ``request``, still holds.

        Figures as at now change with time alone, at full minutes; those as at an instant do not.
        """
        is_live = b"as_at=" not in request.scope["query_string"] or not request.query_params.get("as_at")
        minute = minute_of(self._clock.now())
        seen = await self._last_commits()

        async def still() -> bool:
            return (not is_live or minute_of(self._clock.now()) == minute) and await self._last_commits() == seen

        return still

    async def _last_commits(self) -> list[object]:
        return [await database.last_commit() for database in self._databases]
