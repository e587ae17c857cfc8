"""People who are signed in, for tests of pages: what a browser of theirs sends, without a walk through sign-in.

A test of an application in its own process::

    app = make_app(settings, routers, sessions=Sessions(settings))   # a Host does this by itself
    lead = await signed_in(settings, "LAP", "LAP-U007")
    await client.get("/return/LAP", headers=lead.cookie)
    await client.post("/return/LAP", headers=lead.cookie, data={"note": "…", **lead.csrf})

The person has to be in the directory; who has no address there is given one. For a demonstration that runs as a
process of its own, ``became`` does the same over HTTP.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

import httpx

from services.access.browsers import Browser
from services.access.session_store import SessionStore, SignedInAs
from services.runtime.access.directory import SCHEMA as DIRECTORY
from services.runtime.access.directory import Directory, DirectoryEntry
from services.runtime.access.sessions.cookie import SessionCookie
from services.runtime.access.sessions.reader import SCHEMA, Sessions
from services.runtime.access.sessions.session import csrf_of
from services.runtime.base.addresses import key_of
from services.runtime.base.settings import Settings
from services.runtime.store.database import Database
from services.runtime.store.preparing import make_ready, prepare
from services.runtime.store.schema import Upgrade

BROWSER = Browser("Firefox on Linux", "192.0.2.0/24")


@dataclass(frozen=True)
class SignedIn:
    """A browser that is signed in: the cookie that it sends, and the token that its forms have."""

    name: str
    token: str

    @property
    def cookie(self) -> dict[str, str]:
        """The header with which a request is of this session."""
        return {"Cookie": f"{self.name}={self.token}"}

    @property
    def csrf(self) -> dict[str, str]:
        """The field that a form of this session has beside its own."""
        return {"csrf": csrf_of(self.token)}

    @property
    def writing(self) -> dict[str, str]:
        """The headers with which a request that is no form may change something."""
        return {**self.cookie, "Concordat-CSRF": csrf_of(self.token)}


async def made_ready(sessions: Sessions) -> None:
    """Make the databases of sessions that no host starts."""
    await sessions.start(lambda schema, database: prepare(schema, database, allowed=True, waits_for=print))


async def signed_in(settings: Settings, partnership: str, person_id: str, method: str = "test") -> SignedIn:
    """Begin a session for a person of a partnership, in the databases that ``settings`` name."""
    address = await address_of(settings, partnership, person_id)
    return await signed_in_with(settings, address, method, {partnership: person_id})


async def signed_in_with(
    settings: Settings, address: str, method: str = "test", acts_as: Mapping[str, str] | None = None
) -> SignedIn:
    """Begin a session for whoever holds an address, whether or not anybody of a partnership does."""
    database = Database(settings.access_database_url)
    try:
        await asyncio.to_thread(make_ready, SCHEMA, database, Upgrade.ALL)
        key = key_of(address)
        assert key is not None
        token = await SessionStore(database, settings).begin(SignedInAs(key, method, acts_as or {}), BROWSER)
    finally:
        await asyncio.to_thread(database.close)
    return SignedIn(SessionCookie(settings).name, token)


def became(client: httpx.Client, person_id: str) -> None:
    """Have a client become somebody of a running demonstration; the client keeps the cookie."""
    answer = client.post("/become", data={"person": person_id})
    assert answer.status_code < 400, answer.text


async def address_of(settings: Settings, partnership: str, person_id: str) -> str:
    """Return the address of a person; who has none in the directory is given one."""
    directory = Directory(settings.directory_database_url)
    try:
        await asyncio.to_thread(make_ready, DIRECTORY, directory.database, Upgrade.ALL)
        found = await directory.get_many(partnership, [person_id])
        entry = found.get(person_id, DirectoryEntry(person_id, None, person_id, None))
        if entry.email is None:
            entry = replace(entry, email=f"{person_id.lower()}@people.example")
            await directory.put(partnership, [entry])
    finally:
        await directory.close()
    assert entry.email is not None
    return entry.email
