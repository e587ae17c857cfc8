"""The one place where sessions are begun and ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select

from services.access.browsers import Browser
from services.runtime.access.sessions import session
from services.runtime.access.sessions.session import SESSIONS, Session
from services.runtime.base.clock import Clock, SystemClock
from services.runtime.base.settings import Settings
from services.runtime.store.database import Database


@dataclass(frozen=True, slots=True)
class SignedInAs:
    """Who signed in: the key of an address that they proved to hold, and how.

    ``acts_as`` names a person, by partnership, where several have the address.
    """

    address: str
    method: str
    acts_as: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as its person sees it."""

    id: str
    browser: str
    network: str
    began_at: datetime
    seen_at: datetime


class SessionStore:
    """Begins sessions and ends them. Every process knows of it within ``sessions.FRESH_SECONDS``."""

    def __init__(self, database: Database, settings: Settings, clock: Clock | None = None) -> None:
        self._database = database
        self._idle = timedelta(hours=settings.session_idle_hours)
        self._longest = timedelta(hours=settings.session_hours)
        self._clock = clock or SystemClock()

    async def begin(self, who: SignedInAs, browser: Browser, replaces: Session | None = None) -> str:
        """Begin a session and return its token. The one that the browser had until now, ``replaces``, ends with it.

        The token is new each time: one that somebody planted in a browser never becomes anybody's session.
        """
        token, now = session.new_token(), self._clock.now()
        row = {
            "id": session.id_of(token),
            "address": who.address,
            "method": who.method,
            "acts_as": dict(who.acts_as),
            "browser": browser.name,
            "network": browser.network,
            "began_at": now,
            "seen_at": now,
            "ends_at": now + self._longest,
        }

        def write(connection: Connection) -> None:
            if replaces is not None:
                connection.execute(delete(SESSIONS).where(SESSIONS.c.id == replaces.id))
            connection.execute(insert(SESSIONS).values(row))

        await self._database.write(write)
        return token

    async def end(self, ended: Session) -> None:
        """End a session."""
        await self._delete(SESSIONS.c.id == ended.id)

    async def end_one(self, address: str, session_id: str) -> None:
        """End one of the sessions of an address, if it is one of them."""
        await self._delete(and_(SESSIONS.c.id == session_id, SESSIONS.c.address == address))

    async def end_all(self, address: str) -> None:
        """End all sessions of an address."""
        await self._delete(SESSIONS.c.address == address)

    async def of(self, address: str) -> list[OpenSession]:
        """Return the sessions of an address, the newest first."""
        now = self._clock.now()
        question = select(SESSIONS).where(SESSIONS.c.address == address).order_by(SESSIONS.c.began_at.desc())
        rows = await self._database.read(lambda connection: connection.execute(question).all())
        return [
            OpenSession(row.id, row.browser, row.network, row.began_at, row.seen_at)
            for row in rows
            if not session.is_over(row.seen_at, row.ends_at, now, self._idle)
        ]

    async def forget_ended(self) -> None:
        """Delete sessions that have ended by themselves."""
        now = self._clock.now()
        await self._delete(or_(SESSIONS.c.ends_at <= now, SESSIONS.c.seen_at <= now - self._idle))

    async def _delete(self, which: ColumnElement[bool]) -> None:
        await self._database.write(lambda connection: connection.execute(delete(SESSIONS).where(which)))
