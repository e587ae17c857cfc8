"""The one place where sessions are begun and ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from prometheus_client import Counter
from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, update

from services.access.browsers import Browser
from services.runtime.access.sessions import session
from services.runtime.access.sessions.session import SESSIONS, SET_UP, Session
from services.runtime.access.sessions.sign_in import SIGN_INS
from services.runtime.base.clock import Clock, SystemClock
from services.runtime.base.settings import Settings
from services.runtime.base.telemetry import REGISTRY
from services.runtime.store.database import Database

REMEMBERED = timedelta(days=90)
"""How long people can see that they signed in."""
_SHOWN = 20
_BEGUN = Counter(
    "concordat_sessions_begun", "Sessions that began, by how their person signed in.", ("method",), registry=REGISTRY
)


@dataclass(frozen=True, slots=True)
class SignedInAs:
    """Who signed in: the key of an address that they proved to hold, and how.

    ``acts_as`` names a person, by partnership, where several have the address. What they proved may be good for one
    path alone, with all below it, to which the session is then ``limited_to``.
    """

    address: str
    method: str
    acts_as: Mapping[str, str] = field(default_factory=dict)
    limited_to: str | None = None


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as its person sees it."""

    id: str
    browser: str
    network: str
    began_at: datetime
    seen_at: datetime
    limited_to: str | None


@dataclass(frozen=True, slots=True)
class SignInRecord:
    """One time that somebody signed in."""

    at: datetime
    method: str
    browser: str
    network: str


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

        def write(connection: Connection) -> str:
            if replaces is not None:
                connection.execute(delete(SESSIONS).where(SESSIONS.c.id == replaces.id))
            return self.begin_with(connection, who, browser)

        return await self._database.write(write)

    def begin_with(
        self, connection: Connection, who: SignedInAs, browser: Browser, until: datetime | None = None
    ) -> str:
        """Begin a session as a part of a transaction, and return its token. It ends at ``until``, if that is sooner."""
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
            "ends_at": min(filter(None, (now + self._longest, until))),
            "limited_to": who.limited_to,
        }
        connection.execute(insert(SESSIONS).values(row))
        told = {each: row[each] for each in ("address", "method", "browser", "network")}
        connection.execute(insert(SIGN_INS).values(**told, at=now))
        _BEGUN.labels(who.method).inc()
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
            OpenSession(row.id, row.browser, row.network, row.began_at, row.seen_at, row.limited_to)
            for row in rows
            if not session.is_over(row.seen_at, row.ends_at, now, self._idle)
        ]

    async def choose(self, chosen: Session, acts_as: Mapping[str, str]) -> None:
        """Have a session act as one of those who share its address, by partnership."""
        change = update(SESSIONS).where(SESSIONS.c.id == chosen.id).values(acts_as=dict(acts_as))
        await self._database.write(lambda connection: connection.execute(change))

    async def choices(self, of: Session) -> dict[str, str]:
        """Return which of those who share its address a session acts as, by partnership."""
        question = select(SESSIONS.c.acts_as).where(SESSIONS.c.id == of.id)
        return dict(await self._database.read(lambda connection: connection.scalar(question)) or {})

    async def sign_ins(self, address: str) -> list[SignInRecord]:
        """Return the latest times that somebody signed in with an address, the newest first."""
        its = select(SIGN_INS).where(SIGN_INS.c.address == address)
        question = its.order_by(SIGN_INS.c.number.desc()).limit(_SHOWN)
        rows = await self._database.read(lambda connection: connection.execute(question).all())
        return [SignInRecord(row.at, row.method, row.browser, row.network) for row in rows]

    async def forget_ended(self) -> None:
        """Delete sessions that have ended by themselves, and what is known of old ones."""
        now = self._clock.now()
        old = delete(SIGN_INS).where(SIGN_INS.c.at < now - REMEMBERED)
        await self._database.write(lambda connection: connection.execute(old))
        await self._delete(or_(SESSIONS.c.ends_at <= now, SESSIONS.c.seen_at <= now - self._idle))

    async def addresses(self) -> list[str]:
        """Return the keys of all addresses of which it is kept that somebody signed in."""
        question = select(SIGN_INS.c.address).distinct()
        return list(await self._database.read(lambda connection: connection.scalars(question).all()))

    async def forget_addresses(self, gone: Collection[str]) -> None:
        """Forget that somebody signed in with these addresses, which nobody has any more, and end their sessions.

        Leave to set partnerships up needs no holder: it goes on.
        """
        sign_ins = delete(SIGN_INS).where(SIGN_INS.c.address.in_(gone))
        await self._database.write(lambda connection: connection.execute(sign_ins))
        await self._delete(and_(SESSIONS.c.address.in_(gone), SESSIONS.c.method != SET_UP))

    async def _delete(self, which: ColumnElement[bool]) -> None:
        await self._database.write(lambda connection: connection.execute(delete(SESSIONS).where(which)))
