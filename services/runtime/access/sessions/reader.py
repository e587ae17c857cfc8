"""The sessions as every service reads them: from the database of access, at most once a second each.

Access makes sessions and ends them. Whoever serves a request of one notes, once a minute, that it was seen.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Row, Table, Update, select, update

from services.runtime.access.directory import SCHEMA as DIRECTORY
from services.runtime.access.directory import Directory
from services.runtime.access.sessions import (
    api_token,
    email_choice,
    link,
    return_opening,
    session,
    sign_in,
    system_token,
)
from services.runtime.access.sessions.api_token import TOKENS, ApiToken
from services.runtime.access.sessions.session import SESSIONS, Session
from services.runtime.access.sessions.system_token import SYSTEM_PREFIX, SYSTEMS, SystemToken
from services.runtime.base.clock import Clock, SystemClock
from services.runtime.base.health import Check
from services.runtime.base.settings import Settings
from services.runtime.base.trouble import Trouble
from services.runtime.store.checks import database_check
from services.runtime.store.database import Database, Overloaded, Unavailable
from services.runtime.store.schema import Schema

_TABLES = (
    session.metadata,
    link.metadata,
    api_token.metadata,
    sign_in.metadata,
    return_opening.metadata,
    email_choice.metadata,
    system_token.metadata,
)
SCHEMA = Schema("access", Path(__file__).with_name("migrations"), _TABLES)
FRESH_SECONDS = 1.0
"""For how long a session that was read is taken to be as it was: so soon it ends everywhere."""
_SEEN_EVERY = timedelta(minutes=1)
_MOST_KNOWN = 4096


_Found = Session | ApiToken | SystemToken


class _Known(NamedTuple):
    found: _Found
    read_at: float


class Sessions:
    """Knows a session, or an API token, by what a request shows. Used from one event loop alone.

    Those of an address that nobody has any more open nothing, before access deletes them: of who was erased, or moved.
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
        found = await self._find(session.id_of(token), lambda key: self._read_session(key, token))
        return found if isinstance(found, Session) else None

    async def find_api_token(self, token: str) -> ApiToken | SystemToken | None:
        """Return whose token this is, None where it is none, or none any more. Raises as ``find``."""
        read = self._read_system if token.startswith(SYSTEM_PREFIX) else self._read_api_token
        found = await self._find(api_token.id_of(token), read)
        return None if isinstance(found, Session) else found

    def last_sign_ins_sync(self, addresses: Collection[str]) -> dict[str, datetime]:
        """Return when somebody signed in last with each of these keys of addresses; in the caller's own thread."""
        return self.database.read_sync(lambda connection: sign_in.last_of(connection, addresses))

    async def _find(self, key: str, read: Callable[[str], Awaitable[_Found | None]]) -> _Found | None:
        known = self._known.get(key)
        if known is not None and self._ticks() - known.read_at < FRESH_SECONDS:
            return known.found
        began = self._ticks()
        found = await read(key)
        self._keep(key, None if found is None else _Known(found, began))
        return found

    async def close(self) -> None:
        """Let go of the databases."""
        await self.directory.close()
        self.database.close()

    async def _read_session(self, key: str, token: str) -> Session | None:
        question = select(SESSIONS).where(SESSIONS.c.id == key)
        row = await self.database.read(lambda connection: connection.execute(question).one_or_none())
        now = self._clock.now()
        if row is None or session.is_over(row.seen_at, row.ends_at, now, self._idle):
            return None
        if now - row.seen_at >= _SEEN_EVERY:
            seen = update(SESSIONS).where(SESSIONS.c.id == key, SESSIONS.c.seen_at < now).values(seen_at=now)
            await self._note(seen)
        people = await self.directory.holders_of(row.address)
        if not people and row.method != session.SET_UP:  # leave to set partnerships up needs no holder
            return None
        if row.limited_to is None:
            people = session.acting(people, row.acts_as)
        elif not (people := session.named(people, row.acts_as)):
            return None
        return Session(key, row.address, row.method, people, session.csrf_of(token), row.limited_to)

    async def _read_api_token(self, key: str) -> ApiToken | None:
        row = await self._read_token(TOKENS, key)
        if row is None:
            return None
        people = await self.directory.holders_of(row.address)
        if not people:
            return None
        return ApiToken(key, row.address, session.named(people, row.acts_as), row.may_write, row.limited_to)

    async def _read_system(self, key: str) -> SystemToken | None:
        row = await self._read_token(SYSTEMS, key)
        if row is None:
            return None
        maker = (await self.directory.get_many(row.partnership, [row.made_by])).get(row.made_by)
        if maker is not None and maker.erased_at is not None and not row.by_operator:
            return None
        return SystemToken(key, row.partnership, row.made_by, row.may_write)

    async def _read_token(self, of: Table, key: str) -> Row[tuple[Any, ...]] | None:
        """Return the row of a token that is good, and note that it is used."""
        question = select(of).where(of.c.id == key)
        row = await self.database.read(lambda connection: connection.execute(question).one_or_none())
        now = self._clock.now()
        if row is None or now >= row.ends_at:
            return None
        if row.used_at is None or now - row.used_at >= _SEEN_EVERY:
            await self._note(update(of).where(of.c.id == key).values(used_at=now))
        return row

    async def _note(self, seen: Update) -> None:
        """Note it as far as that is possible: that the database takes no change is no reason to answer nobody."""
        try:
            await self.database.write(lambda connection: connection.execute(seen))
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
