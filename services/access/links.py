"""Links to sign in with: each for one address, one browser and a quarter of an hour, and used once.

Beside the link there is a code, for who reads their e-mail on another device. Nothing here depends on whether anybody
has the address: only whether an e-mail goes out does, and nobody waits for that.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, or_, select, update

from services.access.browsers import Browser
from services.runtime.access.sessions.link import LINKS
from services.runtime.access.sessions.session import id_of, new_token
from services.runtime.base.clock import Clock, SystemClock
from services.runtime.store.database import Database

LASTS = timedelta(minutes=15)
TRIES = 4
"""How many codes may be tried before the link is dead: with MOST_OF_AN_ADDRESS, 120 guesses a day among a million."""
MOST_AN_HOUR = 5
MOST_A_DAY = 10
"""How many may be asked for with one address from one network: a stranger elsewhere uses up none of these."""
MOST_OF_AN_ADDRESS = 30
"""How many may be asked for with one address within a day, wherever from."""
MOST_OF_A_NETWORK = 60
"""How many may be asked for within an hour from one network, in which many people may be."""
SETS_UP = "/office/set-up"
"""Where the operator's link leads that lets somebody set partnerships up."""
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


class TooMany(Exception):
    """So many links were asked for that no further one is given now. The message is a sentence for who asks."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was asked for. ``key`` stands in it, ``code`` beside it, ``browser`` in a cookie."""

    address: str
    key: str = field(repr=False)
    code: str = field(repr=False)
    browser: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proof:
    """Who used a link holds this address; it ``leads_to`` the page that they wanted.

    ``sets_up`` where whoever runs the deployment lets them set partnerships up: nobody has to have the address.
    """

    address: str
    leads_to: str
    sets_up: bool = False


class Links:
    """Gives links and takes them back. They live in real time."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or SystemClock()

    async def ask(self, address: str, browser: Browser, leads_to: str) -> Link:
        """Return a new link for an address, given by its key. Raises TooMany."""
        link = Link(address, new_token(), f"{secrets.randbelow(10**6):06}", new_token())
        row = self._row(link.key, address, leads_to) | {
            "browser": id_of(link.browser),
            "code": _sealed(link.code, link.browser),
            "network": browser.network,
        }

        def give(connection: Connection) -> None:
            self._check_number(connection, address, browser.network)
            connection.execute(insert(LINKS).values(row))

        await self._database.write(give)
        return link

    async def give_to_operator(self, address: str, *, sets_up: bool = False) -> str:
        """Return the key of a link that works in any browser, and has no code."""
        key = new_token()
        row = self._row(key, address, SETS_UP if sets_up else "/") | {"browser": None, "code": None, "network": ""}
        await self._database.write(lambda connection: connection.execute(insert(LINKS).values(row)))
        return key

    async def is_usable(self, key: str, browser: str) -> bool:
        """Say whether a link can be used in the browser that has this token. It stays as it is."""
        question = select(func.count()).where(self._usable(), self._is(key, browser)).select_from(LINKS)
        return bool(await self._database.read(lambda connection: connection.scalar(question)))

    async def use(self, key: str, browser: str) -> Proof | None:
        """Use a link up; None where it cannot be used in this browser, or no more."""
        return await self._database.write(lambda connection: self._spend(connection, self._is(key, browser)))

    async def use_code(self, code: str, browser: str) -> Proof | None:
        """Use a link up by its code; None where the code is another one, which costs a try."""
        its = LINKS.c.browser == id_of(browser)

        def use(connection: Connection) -> Proof | None:
            row = connection.execute(select(LINKS).where(self._usable(), its).with_for_update()).one_or_none()
            if row is None:
                return None
            connection.execute(update(LINKS).where(LINKS.c.id == row.id).values(tries=row.tries - 1))
            return self._spent(connection, row) if hmac.compare_digest(row.code, _sealed(code, browser)) else None

        return await self._database.write(use) if browser else None

    async def forget(self) -> None:
        """Delete links that are too old to be counted."""
        old = delete(LINKS).where(LINKS.c.asked_at < self._clock.now() - _DAY)
        await self._database.write(lambda connection: connection.execute(old))

    def _row(self, key: str, address: str, leads_to: str) -> dict[str, object]:
        now = self._clock.now()
        given = {"id": id_of(key), "address": address, "leads_to": leads_to, "tries": TRIES}
        return given | {"asked_at": now, "ends_at": now + LASTS, "spent_at": None}

    def _check_number(self, connection: Connection, address: str, network: str) -> None:
        now = self._clock.now()

        def asked(whose: ColumnElement[bool], within: timedelta) -> int:
            counted = select(func.count()).select_from(LINKS).where(whose, LINKS.c.asked_at > now - within)
            return connection.scalar(counted) or 0

        its = LINKS.c.address == address
        from_here = and_(its, LINKS.c.network == network)
        if (
            asked(from_here, _HOUR) >= MOST_AN_HOUR
            or asked(from_here, _DAY) >= MOST_A_DAY
            or asked(its, _DAY) >= MOST_OF_AN_ADDRESS
        ):
            raise TooMany("Many links were asked for with this address. Use the newest e-mail, or wait for an hour.")
        if asked(LINKS.c.network == network, _HOUR) >= MOST_OF_A_NETWORK:
            raise TooMany("Many links were asked for from your network. Try again in an hour.")

    def _usable(self) -> ColumnElement[bool]:
        return and_(LINKS.c.spent_at.is_(None), LINKS.c.ends_at > self._clock.now(), LINKS.c.tries > 0)

    def _is(self, key: str, browser: str) -> ColumnElement[bool]:
        return and_(LINKS.c.id == id_of(key), or_(LINKS.c.browser.is_(None), LINKS.c.browser == id_of(browser)))

    def _spend(self, connection: Connection, which: ColumnElement[bool]) -> Proof | None:
        row = connection.execute(select(LINKS).where(which, self._usable()).with_for_update()).one_or_none()
        return None if row is None else self._spent(connection, row)

    def _spent(self, connection: Connection, row: Row[tuple[object, ...]]) -> Proof:
        connection.execute(update(LINKS).where(LINKS.c.id == row.id).values(spent_at=self._clock.now()))
        is_operators = row.browser is None  # who asks on the page for a link to the same place gets an ordinary one
        return Proof(row.address, row.leads_to, sets_up=is_operators and row.leads_to == SETS_UP)


def _sealed(code: str, browser: str) -> str:
    return hmac.new(browser.encode(), code.encode(), sha256).hexdigest()
