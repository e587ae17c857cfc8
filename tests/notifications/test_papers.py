"""Fetching issued files: the services' own token goes to reporting's address alone, whatever an event says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time
from hashlib import sha256

import pytest
from fastapi import FastAPI, Request, Response
from pydantic import SecretStr

from contracts.events.reporting import PackFile, PackIssued
from services.notifications import pack_files
from services.notifications.pack_files import Paper
from services.notifications.pack_source import NotFetched, PackSource
from services.runtime.access.service_token import service_token_of
from services.runtime.base.settings import Settings
from services.runtime.store.database import Database
from services.runtime.web.server import HttpServer
from tests.contracts.test_paths import HOSTILE

CONTENT = b"%PDF-1.7 the issued pack"
ANOTHER = b"%PDF-1.7 the pack of another history"
TOKEN = SecretStr("the-token-of-the-services")


class Site:
    """A web server that answers every path, and remembers who came."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self.redirect_to: str | None = None
        self.app = FastAPI()

        @self.app.get("/{path:path}")
        async def answer(request: Request) -> Response:
            self.asked.append((request.url.path, request.headers.get("Authorization")))
            if self.redirect_to is not None:
                return Response(status_code=307, headers={"Location": self.redirect_to})
            return Response(CONTENT)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        server = HttpServer(self.app, Settings(port=0))
        await server.start()
        try:
            yield server.url
        finally:
            await server.stop()


def paper(path: str) -> Paper:
    return Paper("LAP", "LAP-B02-PACK", "pack.pdf", path, len(CONTENT), sha256(CONTENT).hexdigest())


async def test_a_file_is_fetched_below_the_address_of_the_settings_with_the_services_token() -> None:
    site = Site()
    async with site.running() as url:
        room = PackSource(f"{url}/behind", TOKEN)
        assert await room.fetch(paper("/reporting/LAP/packs/LAP-B02")) == CONTENT
        await room.close()
    assert site.asked == [("/behind/reporting/LAP/packs/LAP-B02/pack.pdf", f"Bearer {TOKEN.get_secret_value()}")]


async def test_a_path_that_leads_elsewhere_is_followed_nowhere() -> None:
    home, stranger = Site(), Site()
    async with home.running() as url, stranger.running() as elsewhere:
        room = PackSource(url, TOKEN)
        host = elsewhere.removeprefix("http://")
        for path in (*HOSTILE, elsewhere, f"//{host}", f"@{host}", f"/\\{host}", f"http:{host}", f"/%2f{host}"):
            with pytest.raises(NotFetched, match="does not lead to a file"):
                await room.fetch(paper(path))
        await room.close()
    assert (home.asked, stranger.asked) == ([], [])


async def test_no_redirect_is_followed() -> None:
    home, stranger = Site(), Site()
    async with home.running() as url, stranger.running() as elsewhere:
        home.redirect_to = f"{elsewhere}/pack.pdf"
        room = PackSource(url, TOKEN)
        with pytest.raises(NotFetched, match="answered 307"):
            await room.fetch(paper("/reporting/LAP/packs/LAP-B02"))
        await room.close()
    assert stranger.asked == []


def test_the_services_token_is_not_the_operators() -> None:
    operators = SecretStr("the-operators-token")
    derived = service_token_of(Settings(api_token=operators))
    assert derived is not None
    assert operators.get_secret_value() not in derived.get_secret_value()
    assert service_token_of(Settings(api_token=operators, service_token=TOKEN)) == TOKEN
    assert service_token_of(Settings(service_token=TOKEN)) == TOKEN
    assert service_token_of(Settings()) is None


def test_a_file_is_missing_until_it_is_kept_and_is_then_given_back(database: Database) -> None:
    announced = _announced(database)
    [paper] = database.read_sync(pack_files.missing)
    before = database.read_sync(lambda connection: pack_files.have_come(connection, "LAP", announced.pack))

    database.write_sync(lambda connection: pack_files.keep(connection, paper, CONTENT))

    assert not before
    assert database.read_sync(pack_files.missing) == []
    assert database.read_sync(lambda connection: pack_files.have_come(connection, "LAP", announced.pack))
    kept = database.read_sync(lambda connection: pack_files.contents(connection, "LAP", announced.pack))
    assert kept == {pack_files.DOCUMENT: CONTENT}


def test_an_edition_waits_for_its_own_files_though_another_has_the_same(database: Database) -> None:
    # given: a supplement with the pack's own file is announced while the pack's is on its way
    announced = _announced(database)
    [paper] = database.read_sync(pack_files.missing)
    supplement = _announced(database, "LAP-B01-PACK-S1")

    # when
    database.write_sync(lambda connection: pack_files.keep(connection, paper, CONTENT))

    # then: whoever fetches is still to come by it, and to let its e-mails go
    assert [each.pack for each in database.read_sync(pack_files.missing)] == [supplement.pack]
    assert database.read_sync(lambda connection: pack_files.have_come(connection, "LAP", announced.pack))


def test_what_was_announced_last_is_fetched_where_nothing_has_come_yet(database: Database) -> None:
    # given: the history that an edition was made of is lost before its files were fetched
    _announced(database)

    # when
    _announced(database, content=ANOTHER)

    # then
    [paper] = database.read_sync(pack_files.missing)
    assert (paper.size, paper.sha256) == (len(ANOTHER), sha256(ANOTHER).hexdigest())


def test_what_has_come_stays_whatever_is_announced_afterwards(database: Database) -> None:
    announced = _announced(database)
    [paper] = database.read_sync(pack_files.missing)
    database.write_sync(lambda connection: pack_files.keep(connection, paper, CONTENT))

    _announced(database, content=ANOTHER)

    kept = database.read_sync(lambda connection: pack_files.contents(connection, "LAP", announced.pack))
    assert (kept, database.read_sync(pack_files.missing)) == ({pack_files.DOCUMENT: CONTENT}, [])


def _announced(database: Database, pack: str = "LAP-B01-PACK", content: bytes = CONTENT) -> PackIssued:
    announced = PackIssued(
        pack=pack,
        meeting="LAP-B01",
        quarter="2014-15 Q1",
        meeting_on=date(2014, 7, 10),
        meeting_time=time(14, 0),
        cut_off=datetime(2014, 7, 1, tzinfo=UTC),
        issue_on=date(2014, 7, 3),
        title="London",
        path="/reporting/partnerships/LAP/packs/LAP-B01",
        files=(PackFile(name=pack_files.DOCUMENT, size=len(content), sha256=sha256(content).hexdigest()),),
        recipients=(),
    )
    database.write_sync(lambda connection: pack_files.await_files(connection, "LAP", announced))
    return announced
