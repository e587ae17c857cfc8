"""The pages of returns on a partnership of their own, with people who are signed in."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from contracts.paths import path_of_return
from domain.register import Register
from services.access.return_openings import ReturnOpenings
from services.access.return_pages import ReturnPages
from services.access.session_store import SessionStore
from services.cli.serve import NAVIGATION
from services.programme.core.dispatcher import Dispatcher
from services.programme.file.importing import bring_in
from services.programme.returns import drafts
from services.programme.returns.my_return import door_pages, pages, receipt_words, sheet_pages
from services.programme.schema import SCHEMA
from services.runtime.access.directory import SCHEMA as DIRECTORY
from services.runtime.access.directory import Directory
from services.runtime.access.return_links import ReturnLinks
from services.runtime.access.roles import Roles
from services.runtime.access.sessions.reader import SCHEMA as ACCESS
from services.runtime.access.sessions.reader import Sessions
from services.runtime.base.addresses import key_of
from services.runtime.base.clock import SteppedClock
from services.runtime.base.settings import Settings
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore
from services.runtime.web.app import make_app
from services.runtime.web.routing import joined
from tests.parts.sessions import SignedIn, signed_in
from tests.parts.tables import make_schema
from tests.programme.partnerships import SECRETARY, command
from tests.runtime.answering import settings

HOST = "http://concordat.example"
PAGE = {"Accept": "text/html"}
STORE = EventStore("programme")


@dataclass
class Ticks:
    """The seconds by which it is told how old is what was read of a session."""

    seconds: float = 0.0


@dataclass
class Stage:
    """An application, its parts, and who is signed in."""

    app: FastAPI
    settings: Settings
    dispatcher: Dispatcher
    database: Database
    directory: Directory
    clock: SteppedClock
    openings: ReturnOpenings
    links: ReturnLinks
    ticks: Ticks
    people: dict[str, SignedIn] = field(default_factory=dict)

    async def sign_in(self, person: str) -> SignedIn:
        """Return the session of a person, given by id; a second one where they have one."""
        self.people[person] = await signed_in(self.settings, "LAP", person)
        return self.people[person]

    async def link(self, person: str, quarter: str, partner: str) -> str:
        """Return where the link of a reminder leads that a person got."""
        found = await self.directory.get_many("LAP", [person])
        address = key_of(found[person].email)
        assert address is not None
        key = self.links.key("LAP", quarter, partner, person, address)
        return f"{path_of_return('LAP', quarter, partner)}/open?key={key}"

    def visitor(self) -> httpx.AsyncClient:
        """Return a browser of nobody in particular, which keeps its cookies."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=HOST, headers=PAGE)

    async def register(self) -> Register:
        return await self.dispatcher.view("LAP", lambda register: register)

    async def do(self, do: str, who: str = SECRETARY, **fields: Any) -> None:
        """Have something happen beside the pages."""
        await self.dispatcher.handle("LAP", command(do, fields), who)

    async def log_length(self) -> int:
        return (await self.register()).position.version

    @asynccontextmanager
    async def person(self, person: str) -> AsyncIterator[Reader]:
        """Read and write as somebody who is signed in."""
        session = self.people.get(person) or await self.sign_in(person)
        transport = httpx.ASGITransport(self.app)
        cookies = {session.name: session.token}
        async with httpx.AsyncClient(transport=transport, base_url=HOST, headers=PAGE, cookies=cookies) as client:
            yield Reader(client, session)


@dataclass
class Reader:
    """Somebody with a browser that runs no scripts: it sends what stands in the form that it was shown."""

    client: httpx.AsyncClient
    session: SignedIn
    shown: str = ""
    address: str = ""

    async def opens(self, address: str, status: int = 200) -> str:
        answer = await self.client.get(address, follow_redirects=True)
        return self._is_shown(answer, status)

    async def sends(self, to: str, status: int = 200, *, typed: dict[str, str] | None = None, **more: str) -> str:
        """Send the fields that are shown, changed as ``typed`` says, to an address."""
        fields = {**fields_in(self.shown), **(typed or {}), **self.session.csrf, **more}
        answer = await self.client.post(to, data=fields, follow_redirects=True)
        return self._is_shown(answer, status)

    def _is_shown(self, answer: httpx.Response, status: int) -> str:
        assert answer.status_code == status, f"{answer.status_code}: {text_of(answer.text)[:1500]}"
        self.shown, self.address = answer.text, answer.url.path
        return text_of(answer.text)


def fields_in(html: str) -> dict[str, str]:
    """Return what a browser would send of the fields of a page's forms that a person fills in."""
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", html):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" in attributes and (attributes.get("type") != "radio" or " checked" in tag):
            fields[attributes["name"]] = unescape(attributes.get("value", ""))
    for name, text in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL):
        fields[name] = unescape(text)
    for name, options in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def text_of(html: str) -> str:
    """Return what a page says, on one line."""
    body = html.partition("<body>")[2] or html
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()


def make_databases(folder: Path) -> None:
    """Make databases with their tables in a folder."""
    for name, schema in (("programme", SCHEMA), ("directory", DIRECTORY), ("access", ACCESS)):
        database = Database(f"sqlite:///{folder / name}.db")
        make_schema(database, schema)
        database.close()


@asynccontextmanager
async def stage(folder: Path, now: datetime, **given: Any) -> AsyncIterator[Stage]:
    """Serve the pages of returns on the databases in ``folder``."""
    urls = {f"{name}_database_url": f"sqlite:///{folder / name}.db" for name in ("programme", "directory", "access")}
    chosen = settings(**urls, max_body_bytes=200_000, **given)
    database, directory = Database(chosen.programme_database_url), Directory(chosen.directory_database_url)
    clock = SteppedClock(now)
    dispatcher = Dispatcher(database, STORE, clock, directory, forgetting=(drafts.forget_person,))
    ticks = Ticks()
    sessions = Sessions(chosen, ticks=lambda: ticks.seconds)
    links = ReturnLinks.of(chosen)
    assert links is not None
    openings = ReturnOpenings(sessions.database, SessionStore(sessions.database, chosen))
    routes = joined(
        *(each.routes(dispatcher, database, directory) for each in (sheet_pages, pages)),
        door_pages.routes(dispatcher, database, directory, links),
        receipt_words.routes(database, links),
        ReturnPages(chosen, links, openings, directory).router,
    )
    roles = {"return": Roles(lambda code: dispatcher.roles_in(code, clock.now()))}
    app = make_app(chosen, [routes], navigation=NAVIGATION, sessions=sessions, roles=roles)
    try:
        yield Stage(app, chosen, dispatcher, database, directory, clock, openings, links, ticks)
    finally:
        await sessions.close()
        database.close()
        await directory.close()


async def with_example(folder: Path, example: bytes, now: datetime) -> None:
    """Bring the London example into the databases of a folder."""
    make_databases(folder)
    async with stage(folder, now) as ready:
        await bring_in(ready.dispatcher, example, "london.yaml")


def copied(template: Path, folder: Path) -> Path:
    """Return a folder with databases of its own, as they are in ``template``."""
    for file in template.glob("*.db"):
        shutil.copy(file, folder / file.name)
    return folder


AUTUMN = datetime(2015, 9, 18, 9, 0, tzinfo=UTC)
