"""What a thief has of it: a copy of the data folder, a token, a session; and what another tenant has of an address."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from services.access.links import Links
from services.access.service import AccessService
from services.access.token_store import TokenStore
from services.programme.service import ProgrammeService
from services.runtime.access.sessions.reader import FRESH_SECONDS, Sessions
from services.runtime.base.settings import Settings, load_settings
from services.runtime.process.lifecycle import Host
from tests.cli.command import SMALL, all_below
from tests.parts.sessions import BROWSER, SignedIn, signed_in, signed_in_with

TOKEN = "only-for-tests-and-long-enough-to-be-no-warning"
OPERATOR = {"Authorization": f"Bearer {TOKEN}"}
VICTIM = "lead@durham.example"
PAGE = "/projects/NFA"
LATER = datetime.now(UTC) + timedelta(days=300)


@dataclass(frozen=True)
class Deployment:
    """Programme and access with two partnerships, and somebody of one of them who is signed in."""

    settings: Settings
    client: httpx.AsyncClient
    victim: SignedIn
    access: AccessService

    @property
    def tokens(self) -> TokenStore:
        return self.access.tokens

    @property
    def links(self) -> Links:
        return self.access.links

    async def token(self, *, may_write: bool) -> str:
        """Return a token that the victim made."""
        sessions = Sessions(self.settings)
        session = await sessions.find(self.victim.token)
        await sessions.close()
        assert session is not None
        return await self.tokens.make(session, f"A script, {may_write}", LATER, may_write=may_write)

    async def status(self, path: str = PAGE, **headers: str) -> int:
        return (await self.client.get(path, headers=headers)).status_code


@pytest.fixture(scope="module")
async def started(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Settings, Host]]:
    folder = tmp_path_factory.mktemp("thefts")
    settings = load_settings(data_dir=folder, port=0, api_token=TOKEN, log_level="error", poll_seconds=0.1)
    async with Host(settings, [ProgrammeService, AccessService]) as host:
        async with httpx.AsyncClient(base_url=host.url, headers=OPERATOR, timeout=60) as client:
            yaml = {"Content-Type": "application/yaml"}
            assert (await client.post("/api/v1/imports", content=SMALL.read_bytes(), headers=yaml)).status_code == 201
            other = {"code": "LON", "name": "London", "formed_on": "2014-04-01", "holidays": "none"}
            assert (await client.post("/api/v1/partnerships", json=other)).status_code == 201
        yield settings, host


@pytest.fixture
async def deployment(started: tuple[Settings, Host]) -> AsyncIterator[Deployment]:
    settings, host = started
    access = host.services["access"]
    assert isinstance(access, AccessService)
    async with httpx.AsyncClient(base_url=host.url, timeout=60, headers={"Accept": "*/*"}) as client:
        yield Deployment(settings, client, await signed_in_with(settings, VICTIM), access)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def files_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield everything that a copy of a data folder has in it."""
    for path in all_below(folder):
        with suppress(FileNotFoundError, IsADirectoryError):
            yield path.name, path.read_bytes()


async def test_a_stolen_copy_of_the_data_folder_opens_nothing(deployment: Deployment) -> None:
    # given
    token = await deployment.token(may_write=True)
    asked = await deployment.links.ask(VICTIM, BROWSER, "/")
    assert await deployment.status(**deployment.victim.cookie) == httpx.codes.OK
    assert await deployment.status(**bearer(token)) == httpx.codes.OK

    # when
    stolen = dict(files_of(deployment.settings.data_dir))
    with closing(sqlite3.connect(deployment.settings.data_dir / "access.db")) as copy:
        sessions = [row[0] for row in copy.execute("SELECT id FROM sessions")]
        tokens = [row[0] for row in copy.execute("SELECT id FROM tokens")]
        links = [row[0] for row in copy.execute("SELECT id FROM links")]

    # then: what opens doors is not in it, and what is in it opens none
    for secret in (deployment.victim.token, token, asked.key, asked.browser, TOKEN):
        assert [name for name, content in stolen.items() if secret.encode() in content] == []
    assert min(len(sessions), len(tokens), len(links)) > 0
    for each in sessions:
        assert await deployment.status(Cookie=f"{deployment.victim.name}={each}") == httpx.codes.UNAUTHORIZED
    for each in tokens:
        assert await deployment.status(**bearer(f"concordat_{each}")) == httpx.codes.UNAUTHORIZED
    assert [await deployment.links.use(each, asked.browser) for each in links] == [None] * len(links)


async def test_a_stolen_token_reads_or_writes_as_its_scope_says_and_makes_itself_no_other(
    deployment: Deployment,
) -> None:
    # given
    token = await deployment.token(may_write=False)

    # when: the thief does with it what the victim could do in a browser
    stays = {"name": "To stay", "scope": "write", "until": f"{LATER:%d %B %Y}"}
    write = await deployment.client.post(
        "/api/v1/partnerships/NFA/commands/raise-risk",
        json={"code": "R78", "title": "A risk", "likelihood": 2, "impact": 3, "owner": "DUR"},
        headers=bearer(token),
    )
    account = [
        await deployment.client.post("/account/tokens", data=stays, headers=bearer(token)),
        await deployment.client.get("/account", headers=bearer(token)),
        await deployment.client.post("/account/sign-out-everywhere", headers=bearer(token)),
    ]

    # then
    assert await deployment.status(**bearer(token)) == httpx.codes.OK
    assert (write.status_code, write.json()["type"]) == (403, "urn:concordat:problem:token-only-reads")
    assert [each.status_code for each in account] == [403] * 3

    # when: the victim takes it back
    for each in await deployment.tokens.of(VICTIM):
        await deployment.tokens.end_one(VICTIM, each.id)
    await asyncio.sleep(FRESH_SECONDS)

    # then
    assert await deployment.status(**bearer(token)) == httpx.codes.UNAUTHORIZED


async def test_a_stolen_session_is_seen_and_is_over_a_second_after_its_person_ends_it(deployment: Deployment) -> None:
    # given: a thief with the cookie of one browser, and the victim in another
    thief, victim = deployment.victim, await signed_in_with(deployment.settings, VICTIM)
    assert await deployment.status(**thief.cookie) == httpx.codes.OK

    # when
    seen = await deployment.client.get("/account", headers={**victim.cookie, "Accept": "text/html"})
    out = await deployment.client.post("/account/sign-out-everywhere", data=victim.csrf, headers=victim.cookie)
    await asyncio.sleep(FRESH_SECONDS)

    # then
    assert seen.text.count(BROWSER.name) >= 2
    assert out.headers["location"] == "/signed-out"
    assert await deployment.status(**thief.cookie) == httpx.codes.UNAUTHORIZED


async def test_another_tenant_who_claims_an_address_gets_nothing_of_its_owner(deployment: Deployment) -> None:
    # given: the secretary of another partnership, who appoints somebody of theirs with the victim's address
    tenant = await signed_in(deployment.settings, "LON", "LON-U001")
    claim = {"name": "Not Durham", "email": VICTIM, "roles": ["observer"]}
    path = "/api/v1/partnerships/LON/commands/appoint-person"
    claimed = await deployment.client.post(path, json=claim, headers=tenant.writing)
    assert claimed.status_code in (200, 201), claimed.text
    await asyncio.sleep(FRESH_SECONDS)

    # then: it is the owner of the address who gets to see the other partnership, and not the other way round
    assert await deployment.status("/projects/LON", **deployment.victim.cookie) == httpx.codes.OK
    assert await deployment.status(PAGE, **tenant.cookie) == httpx.codes.FORBIDDEN
    assert await deployment.status("/api/v1/partnerships/NFA/people", **tenant.cookie) == httpx.codes.FORBIDDEN
