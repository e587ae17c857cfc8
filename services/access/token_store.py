"""The one place where people's API tokens are made and taken back."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, false, select

from domain.wording.dates import plain_date
from services.runtime.access.sessions.api_token import TOKENS, id_of, new_api_token
from services.runtime.access.sessions.session import Session
from services.runtime.access.sessions.token_life import last_day_of, store_token
from services.runtime.base.clock import Clock, SystemClock
from services.runtime.base.security_log import SecurityEvent, note, shown
from services.runtime.store.database import Database


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A token as its person sees it afterwards."""

    id: str
    name: str
    may_write: bool
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None
    limited_to: str | None

    @property
    def good_until(self) -> str:
        """Its last day, in words."""
        return plain_date(last_day_of(self.ends_at))


class TokenStore:
    """Makes tokens and takes them back. Every process knows of it within a second."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self.clock = clock or SystemClock()

    async def make(
        self, maker: Session, name: str, ends_at: datetime, *, may_write: bool, limited_to: str | None = None
    ) -> str:
        """Return a new token, which nobody is told again. It acts as whom ``maker`` acts as now, and as
        nobody who has the same address later. Raises NameTaken.

        One that is ``limited_to`` a path opens that alone, may stand in its query, and needs no name of its own.
        """
        token = new_api_token()
        row = {
            "id": id_of(token),
            "address": maker.address,
            "acts_as": maker.settled,
            "name": name,
            "may_write": may_write,
            "made_at": self.clock.now(),
            "ends_at": ends_at,
            "used_at": None,
            "limited_to": limited_to,
        }
        among = and_(
            TOKENS.c.address == maker.address, TOKENS.c.limited_to.is_(None) if limited_to is None else false()
        )
        await self._database.write(lambda connection: store_token(connection, TOKENS, row, among))
        note(
            SecurityEvent.TOKEN_MADE,
            token_id=shown(id_of(token)),
            session=shown(maker.id),
            people=[each.person_id for each in maker.people],
            may_write=may_write,
            limited_to=limited_to,
        )
        return token

    async def of(self, address: str) -> list[MadeToken]:
        """Return the tokens of an address that are good, the newest first."""
        columns = [TOKENS.c[each.name] for each in fields(MadeToken)]
        good = and_(TOKENS.c.address == address, TOKENS.c.ends_at > self.clock.now())
        question = select(*columns).where(good).order_by(TOKENS.c.made_at.desc())
        rows = await self._database.read(lambda connection: connection.execute(question).all())
        return [MadeToken(*row) for row in rows]

    async def end_one(self, address: str, token_id: str) -> None:
        """Take a token back, if it is one of this address."""
        await self._delete(and_(TOKENS.c.id == token_id, TOKENS.c.address == address))
        note(SecurityEvent.TOKEN_ENDED, token_id=shown(token_id))

    async def end_all(self, address: str) -> None:
        """Take back all tokens of an address."""
        await self._delete(TOKENS.c.address == address)

    async def addresses(self) -> list[str]:
        """Return the keys of all addresses that have tokens."""
        question = select(TOKENS.c.address).distinct()
        return list(await self._database.read(lambda connection: connection.scalars(question).all()))

    async def forget_ended(self) -> None:
        """Delete tokens that have ended by themselves."""
        await self._delete(TOKENS.c.ends_at <= self.clock.now())

    async def _delete(self, which: ColumnElement[bool]) -> None:
        await self._database.write(lambda connection: connection.execute(delete(TOKENS).where(which)))
