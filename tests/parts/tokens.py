"""API tokens, for tests in which software asks: as a system of a partnership, or in the place of one of its people.

Software that sets a partnership up and then works in it as its office does::

    client = httpx.Client(base_url=url, auth=Software(settings))
    client.post("/api/v1/imports", …)                               # with the deployment's token
    client.post("/api/v1/partnerships/LAP/commands/raise-risk", …)  # as a system of LAP, which may write

For one request, the headers of somebody's software: ``headers=by_software_of(settings, "LAP", "LAP-U007")``. A person
who has no address in the directory is given one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx

from services.access.token_store import TokenStore
from services.runtime.access.directory import KnownPerson
from services.runtime.access.sessions.reader import SCHEMA
from services.runtime.access.sessions.session import Session
from services.runtime.access.systems import Systems
from services.runtime.access.table import Beyond
from services.runtime.access.who_sees import WHO_SEES
from services.runtime.base.addresses import key_of
from services.runtime.base.settings import Settings
from services.runtime.store.database import Database
from services.runtime.store.preparing import make_ready
from services.runtime.store.schema import Upgrade
from tests.parts.sessions import address_of

_READING = ("GET", "HEAD")
_NUMBERS = count(1)


class Software(httpx.Auth):
    """Shows the deployment's token where a partnership is set up, else that of a system of the one that a path names.

    Where it names none, that of the first. The systems write, in the place of the first secretary, unless told
    otherwise. What a request shows by itself stays.
    """

    def __init__(self, settings: Settings, *, may_write: bool = True) -> None:
        self.settings = settings
        self._may_write = may_write
        self._systems: dict[str, dict[str, str]] = {}

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add who asks to a request."""
        if not {"authorization", "cookie"} & request.headers.keys():
            request.headers.update(self.headers_for(request.method, request.url.path))
        yield request

    def headers_for(self, method: str, path: str) -> dict[str, str]:
        """Return the headers with which something is asked for."""
        place = WHO_SEES.place_of(path)
        if place is None or place.row.let_in(changing=method not in _READING) is Beyond.OPERATOR:
            return by_operator(self.settings)
        return self.of(place.partnership) if place.partnership else next(iter(self._systems.values()), {})

    def of(self, partnership: str) -> dict[str, str]:
        """Return the headers of the system of a partnership."""
        if partnership not in self._systems:
            self._systems[partnership] = by_system(self.settings, partnership, may_write=self._may_write)
        return self._systems[partnership]


def by_operator(settings: Settings) -> dict[str, str]:
    """Return the headers with which somebody asks who has the deployment's token."""
    assert settings.api_token is not None
    return _bearer(settings.api_token.get_secret_value())


def by_system(settings: Settings, partnership: str, *, may_write: bool = True, made_by: str = "") -> dict[str, str]:
    """Return the headers of a new system of a partnership; ``made_by`` is its first secretary, unless it is another."""

    async def make(database: Database) -> str:
        maker = made_by or f"{partnership}-U001"
        return await Systems(database).make(partnership, _name(), _in_a_month(), may_write=may_write, made_by=maker)

    return _bearer(_made(settings, make))


def by_software_of(settings: Settings, partnership: str, person: str, *, may_write: bool = True) -> dict[str, str]:
    """Return the headers of software that asks in the place of a person, given by their full id."""

    async def make(database: Database) -> str:
        key = key_of(await address_of(settings, partnership, person))
        assert key is not None
        maker = Session("a-test", key, "test", (KnownPerson(partnership, person, ""),), csrf="")
        return await TokenStore(database).make(maker, _name(), _in_a_month(), may_write=may_write)

    return _bearer(_made(settings, make))


def _made(settings: Settings, make: Callable[[Database], Coroutine[Any, Any, str]]) -> str:
    """Return the token that ``make`` makes, whether or not a loop runs here."""
    with closing(Database(settings.access_database_url)) as database, ThreadPoolExecutor(1) as elsewhere:
        make_ready(SCHEMA, database, Upgrade.ALL)
        return elsewhere.submit(asyncio.run, make(database)).result()


def _name() -> str:
    """Return a name that no other token has."""
    return f"A test {next(_NUMBERS)}"


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _in_a_month() -> datetime:
    return datetime.now(UTC) + timedelta(days=30)
