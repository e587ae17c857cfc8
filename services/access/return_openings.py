"""Opening one return by the link of a reminder: for an hour in each browser, until the links are taken back.

An hour in one browser is one opening: whoever presses the button twice, or goes back to it, has the rest of that hour.
Afterwards the link opens nothing there any more. A link that goes round opens in a few browsers and in no further one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, Connection, delete, func, select, true
from sqlalchemy.dialects import postgresql, sqlite

from services.access.browsers import Browser
from services.access.session_store import SessionStore, SignedInAs
from services.runtime.access.return_links import LINK_LASTS, ReturnLink
from services.runtime.access.sessions.return_opening import OPENINGS, TAKEN_BACK
from services.runtime.access.sessions.session import RETURN_LINK, SESSIONS, id_of
from services.runtime.base.clock import Clock, SystemClock
from services.runtime.store.database import Database

OPEN_FOR = timedelta(hours=1)
MOST_BROWSERS = 5
"""In how many browsers a link opens its return: a desk, a telephone, and some to spare."""
MOST_OF_A_NETWORK = 60
"""In how many browsers of one network returns are opened by links within an hour."""
_EVERYBODYS = id_of("everybody")


class NotOpened(Exception):
    """The link opens nothing here. The message is a sentence for whoever pressed its button."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A link whose button was pressed: what it opens, what stands in it, and the address of its person, by its key."""

    link: ReturnLink
    key: str
    address: str


class ReturnOpenings:
    """Opens returns by links, and takes links back. They live in real time."""

    def __init__(self, database: Database, sessions: SessionStore, clock: Clock | None = None) -> None:
        self._database = database
        self._sessions = sessions
        self._clock = clock or SystemClock()

    async def open(self, opening: Opening, token: str, browser: Browser) -> str:
        """Return the token of a session that opens the return, in the browser that has ``token``. Raises NotOpened."""

        def begin(connection: Connection) -> str:
            self._check_not_taken_back(connection, opening)
            until = self._opened_at(connection, opening, token, browser) + OPEN_FOR
            if until <= self._clock.now():
                raise NotOpened("It was used in this browser before. It works once in each, for an hour.")
            link = opening.link
            who = SignedInAs(opening.address, RETURN_LINK, {link.partnership: link.person}, link.path)
            return self._sessions.begin_with(connection, who, browser, until=until)

        return await self._database.write(begin)

    async def take_back_of(self, address: str) -> None:
        """Take back all links that went to an address until now, and end what they opened."""
        await self._take_back(_of_address(address), SESSIONS.c.address == address)

    async def take_back_for(self, partnership: str, partner: str) -> None:
        """Take back all links to returns of a partner until now, and end what they opened."""
        opened = SESSIONS.c.limited_to.like(f"/return/{partnership}/%/{partner}")
        await self._take_back(_of_partner(partnership, partner), opened)

    async def take_back_all(self) -> None:
        """Take back all links until now, whoever got them, and end what they opened."""
        await self._database.write(partial(take_back_all, at=self._clock.now()))

    async def forget(self) -> None:
        """Delete what is known of links that are too old to open anything."""
        old = self._clock.now() - LINK_LASTS

        def forget(connection: Connection) -> None:
            connection.execute(delete(OPENINGS).where(OPENINGS.c.opened_at < old))
            connection.execute(delete(TAKEN_BACK).where(TAKEN_BACK.c.at < old))

        await self._database.write(forget)

    def _check_not_taken_back(self, connection: Connection, opening: Opening) -> None:
        link = opening.link
        whose = (_EVERYBODYS, _of_address(opening.address), _of_partner(link.partnership, link.partner))
        since = select(TAKEN_BACK.c.whose).where(TAKEN_BACK.c.whose.in_(whose), TAKEN_BACK.c.at >= link.made_at)
        if connection.execute(since).first() is not None:
            raise NotOpened("It was taken back.")

    def _opened_at(self, connection: Connection, opening: Opening, token: str, browser: Browser) -> datetime:
        """Return when a browser first opened the return by this link: now, where it has not before."""
        own = {"link": id_of(opening.key), "browser": id_of(token)}
        this = (OPENINGS.c.link == own["link"], OPENINGS.c.browser == own["browser"])
        known: datetime | None = connection.scalar(select(OPENINGS.c.opened_at).where(*this))
        if known is not None:
            return known
        now = self._clock.now()
        if _count(connection, OPENINGS.c.link == own["link"]) >= MOST_BROWSERS:
            raise NotOpened("It was used in several browsers, and opens in no further one.")
        of_network = (OPENINGS.c.network == browser.network) & (OPENINGS.c.opened_at > now - timedelta(hours=1))
        if _count(connection, of_network) >= MOST_OF_A_NETWORK:
            raise NotOpened("Many returns were opened from your network within an hour.")
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        row = {**own, "network": browser.network, "opened_at": now}
        connection.execute(dialect.insert(OPENINGS).on_conflict_do_nothing(), row)
        return now

    async def _take_back(self, whose: str, opened: ColumnElement[bool]) -> None:
        await self._database.write(partial(_take_back, whose=whose, opened=opened, at=self._clock.now()))


def take_back_all(connection: Connection, at: datetime) -> None:
    """Take back all links that were made until an instant, whoever got them, and end what they opened."""
    _take_back(connection, _EVERYBODYS, true(), at)


def _take_back(connection: Connection, whose: str, opened: ColumnElement[bool], at: datetime) -> None:
    connection.execute(delete(TAKEN_BACK).where(TAKEN_BACK.c.whose == whose))
    connection.execute(TAKEN_BACK.insert().values(whose=whose, at=at))
    connection.execute(delete(SESSIONS).where(SESSIONS.c.limited_to.is_not(None), opened))


def _count(connection: Connection, which: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(OPENINGS).where(which)) or 0


def _of_address(address: str) -> str:
    return id_of(f"address {address}")


def _of_partner(partnership: str, partner: str) -> str:
    return id_of(f"partner {partnership} {partner}")
