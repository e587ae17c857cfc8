"""The sessions as every service reads them: from the database of access, at most once a second each.

Access makes sessions and ends them. Whoever serves a request of one notes, once a minute, that it was seen.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from services.runtime.access.directory import SCHEMA as DIRECTORY
from services.runtime.access.directory import Directory
from services.runtime.access.sessions import link, session
from services.runtime.access.sessions.session import SESSIONS, Session
from services.runtime.base.clock import Clock, SystemClock
from services.runtime.base.health import Check
from services.runtime.base.settings import Settings
from services.runtime.base.trouble import Trouble
from services.runtime.store.checks import database_check
from services.runtime.store.database import Database, Overloaded, Unavailable
from services.runtime.store.schema import Schema

SCHEMA = Schema("access", Path(__file__).with_name("migrations"), (session.metadata, link.metadata))
FRESH_SECONDS = 1.0
"""For how long a session that was read is taken to be as it was: so soon it ends everywhere."""
_SEEN_EVERY = timedelta(minutes=1)
_MOST_KNOWN = 4096


class _Known(NamedTuple):
    session: Session
    read_at: float


class Sessions:
    """Knows a session by its token. Used from one event loop alone.

    Sessions live in real time, whatever clock the partnerships run on.
    """

    def __init__(
        self, settings: Settings, *, clock: Clock | None = None, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        """``clock`` tells when sessions end, ``ticks`` how old what was read is, in seconds."""
        self.database = Database(settings.access_database_url)
        self.directory = Directory(settings.directory_database_url)
        self._idle = timedelta(hours=settings.session_idle_hours)
        self._clock = clock or SystemClock()
        self._ticks = ticks
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._trouble = Trouble(__name__, "it is not noted that sessions are in use", "sessions in use are noted again")

    @property
    def checks(self) -> Sequence[Check]:
        """What must be well for people to be known."""
        return (database_check("access", self.database),)

    async def start(self, prepare: Callable[[Schema, Database], Awaitable[None]]) -> None:
        """Make the databases ready with ``prepare``."""
        await prepare(SCHEMA, self.database)
        await prepare(DIRECTORY, self.directory.database)

    async def find(self, token: str) -> Session | None:
        """Return the session that a token opens, None where it opens none. Raises Overloaded, Unavailable."""
        if not session.is_token(token):
            return None
        key = session.id_of(token)
        known = self._known.get(key)
        if known is not None and self._ticks() - known.read_at < FRESH_SECONDS:
            return known.session
        began = self._ticks()
        found = await self._read(key, token)
        self._keep(key, None if found is None else _Known(found, began))
        return found

    async def close(self) -> None:
        """Let go of the databases."""
        await self.directory.close()
        self.database.close()

    async def _read(self, key: str, token: str) -> Session | None:
        question = select(SESSIONS).where(SESSIONS.c.id == key)
        row = await self.database.read(lambda connection: connection.execute(question).one_or_none())
        now = self._clock.now()
        if row is None or session.is_over(row.seen_at, row.ends_at, now, self._idle):
            return None
        if now - row.seen_at >= _SEEN_EVERY:
            await self._note_seen(key, now)
        people = session.acting(await self.directory.holders_of(row.address), row.acts_as)
        return Session(key, row.address, row.method, people, session.csrf_of(token))

    async def _note_seen(self, key: str, now: datetime) -> None:
        """Note it as far as that is possible: that the database takes no change is no reason to answer nobody."""

        def note(connection: Connection) -> None:
            connection.execute(
                update(SESSIONS).where(SESSIONS.c.id == key, SESSIONS.c.seen_at < now).values(seen_at=now)
            )

        try:
            await self.database.write(note)
        except (Overloaded, Unavailable) as reason:
            self._trouble.met(reason)
        else:
            self._trouble.over()

    def _keep(self, key: str, known: _Known | None) -> None:
        self._known.pop(key, None)
        if known is None:
            return
        self._known[key] = known
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
