"""The account: tokens for software, a record of sign-ins, and who of several with one address somebody is."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter

from services.access.account_pages import AccountPages
from services.access.return_openings import ReturnOpenings
from services.access.session_store import SessionStore, SignedInAs
from services.access.token_pages import TokenPages
from services.access.token_store import TokenStore
from services.runtime.access.directory import DirectoryEntry
from services.runtime.access.identity import Reader, Writer
from services.runtime.access.sessions.reader import Sessions
from services.runtime.base.clock import SteppedClock
from services.runtime.store.preparing import prepare
from services.runtime.web.app import make_app
from tests.parts.doors import OPEN
from tests.parts.sessions import BROWSER, SignedIn
from tests.runtime.answering import SIGNED, actor_of, calling, settings

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ADA = "ada@brent.example"
TOKEN = re.compile(r"<code>(concordat_[\w-]{43})</code>")


class Deployment:
    """The pages of the account, two routes that say who asks, and a clock."""

    def __init__(self, folder: Path) -> None:
        self.settings = settings(data_dir=folder)
        self.clock = SteppedClock(NOON)
        self.ticks = 0.0
        self.sessions = Sessions(self.settings, clock=self.clock, ticks=lambda: self.ticks)
        self.store = SessionStore(self.sessions.database, self.settings, self.clock)
        self.tokens = TokenStore(self.sessions.database, self.clock)
        self.openings = ReturnOpenings(self.sessions.database, self.store, self.clock)
        account = AccountPages(self.settings, self.store, self.openings, self.sessions.directory).router
        routers = [self._routes(), account, TokenPages(self.tokens).router]
        self.app = make_app(self.settings, routers, sessions=self.sessions, table=OPEN)

    def _routes(self) -> APIRouter:
        router = APIRouter()

        @router.get("/who")
        async def who(caller: Reader) -> str:
            return actor_of(caller) if caller else "nobody"

        @router.post("/write")
        async def write(caller: Writer) -> str:
            return actor_of(caller)

        return router

    async def begin(self, address: str = ADA) -> SignedIn:
        token = await self.store.begin(SignedInAs(address, "link"), BROWSER)
        return SignedIn("concordat-session", token)


@pytest.fixture
async def deployment(tmp_path: Path) -> AsyncIterator[Deployment]:
    made = Deployment(tmp_path)
    await made.sessions.start(lambda schema, database: prepare(schema, database, upgrade=True, waits_for=print))
    await made.sessions.directory.put("LAP", [DirectoryEntry("LAP-U001", None, "Ada", ADA)])
    yield made
    await made.sessions.close()


@pytest.fixture
async def client(deployment: Deployment) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(deployment.app) as client:
        client.headers["Accept"] = "text/html"
        yield client


async def made(client: httpx.AsyncClient, ada: SignedIn, scope: str = "write", until: str = "1 June 2026") -> str:
    """Make a token on the page and return it."""
    typed = {"name": "Our dashboard", "scope": scope, "until": until}
    answer = await client.post("/account/tokens", headers=ada.cookie, data={**typed, **ada.csrf})
    found = TOKEN.search(answer.text)
    assert found, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return found[1]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_token_acts_for_its_person_and_is_shown_once(
    deployment: Deployment, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    ada = await deployment.begin()
    token = await made(client, ada)
    assert (await client.post("/write", headers=bearer(token))).json() == "LAP-U001"
    page = (await client.get("/account/tokens", headers=ada.cookie)).text
    assert "Our dashboard" in page
    assert token not in page
    assert token.encode() not in b"".join(each.read_bytes() for each in databases(tmp_path))


def databases(folder: Path) -> list[Path]:
    return list(folder.glob("access.db*"))


async def test_a_token_that_reads_changes_nothing(deployment: Deployment, client: httpx.AsyncClient) -> None:
    token = await made(client, await deployment.begin(), "read")
    assert (await client.get("/who", headers=bearer(token))).json() == "LAP-U001"
    refused = await client.post("/write", headers={**bearer(token), "Accept": "application/json"})
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:concordat:problem:token-only-reads")


async def test_a_token_is_good_until_its_last_day_is_over(deployment: Deployment, client: httpx.AsyncClient) -> None:
    token = await made(client, await deployment.begin(), until="2 March 2026")
    deployment.clock.move_to(datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC))
    assert (await client.get("/who", headers=bearer(token))).status_code == 200
    deployment.clock.move_to(datetime(2026, 3, 3, tzinfo=UTC))
    deployment.ticks += 1
    refused = await client.get("/who", headers={**bearer(token), "Accept": "application/json"})
    assert (refused.status_code, 'error="invalid_token"' in refused.headers["WWW-Authenticate"]) == (401, True)


@pytest.mark.parametrize("until", ["1 March 2026", "3 March 2027", "31/2/2026", ""])
async def test_a_token_ends_within_a_year_and_not_before_today(
    deployment: Deployment, client: httpx.AsyncClient, until: str
) -> None:
    ada = await deployment.begin()
    typed = {"name": "Our dashboard", "scope": "read", "until": until, **ada.csrf}
    answer = await client.post("/account/tokens", headers=ada.cookie, data=typed)
    assert answer.status_code == 422
    assert 'id="until-error"' in answer.text
    assert 'value="Our dashboard"' in answer.text
    assert await deployment.tokens.of(ADA) == []


async def test_a_token_that_was_taken_back_is_over_a_second_later_and_only_its_own_person_takes_it_back(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    ada, ben = await deployment.begin(), await deployment.begin("ben@brent.example")
    token = await made(client, ada)
    await client.get("/who", headers=bearer(token))
    [shown] = await deployment.tokens.of(ADA)
    assert shown.used_at == NOON
    for who, left in ((ben, 1), (ada, 0)):
        await client.post("/account/tokens/end", headers=who.cookie, data={"which": shown.id, **who.csrf})
        assert len(await deployment.tokens.of(ADA)) == left
    deployment.ticks += 1
    assert (await client.get("/who", headers=bearer(token))).status_code == 401


async def test_a_token_acts_for_nobody_once_its_person_was_erased(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    token = await made(client, await deployment.begin())
    await deployment.sessions.directory.erase("LAP", "LAP-U001", NOON)
    deployment.ticks += 1
    assert (await client.post("/write", headers=bearer(token))).status_code == 403


@pytest.mark.parametrize("forged", ["concordat_", "concordat_" + "a" * 43, "concordat_" + "a" * 5000, "concordat_ä"])
async def test_a_forged_token_is_refused_whatever_cookie_comes_with_it(
    deployment: Deployment, client: httpx.AsyncClient, forged: str
) -> None:
    ada = await deployment.begin()
    headers = {**ada.writing, "Authorization": f"Bearer {forged}".encode("latin-1")}
    assert (await client.post("/write", headers=headers)).status_code == 401
    assert (await client.get("/who", headers=headers)).status_code == 401


async def test_a_token_acts_as_nobody_else(deployment: Deployment, client: httpx.AsyncClient) -> None:
    token = await made(client, await deployment.begin())
    acting = await client.post("/write", headers={**bearer(token), "Concordat-Acting-As": "LAP-U002"})
    assert acting.status_code == 400
    assert (await client.post("/write", headers=SIGNED)).json() == "secretary"


async def test_a_token_opens_no_page_of_the_account(deployment: Deployment, client: httpx.AsyncClient) -> None:
    token = await made(client, await deployment.begin())
    for page in ("/account", "/account/tokens"):
        assert (await client.get(page, headers=bearer(token))).headers["location"] == f"/sign-in?next={page}"


async def test_a_token_is_made_from_a_page_of_the_session_alone(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    ada = await deployment.begin()
    typed = {"name": "Theirs", "scope": "write", "until": "1 June 2026", "csrf": "0" * 64}
    assert (await client.post("/account/tokens", headers=ada.cookie, data=typed)).status_code == 403
    assert await deployment.tokens.of(ADA) == []


async def test_ended_tokens_and_old_sign_ins_are_forgotten(deployment: Deployment, client: httpx.AsyncClient) -> None:
    await made(client, await deployment.begin(), until="2 March 2026")
    deployment.clock.move_to(NOON + timedelta(days=91))
    await deployment.tokens.forget_ended()
    await deployment.store.forget_ended()
    left = await deployment.sessions.database.read(
        lambda connection: [
            connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            for table in ("tokens", "sign_ins", "sessions")
        ]
    )
    assert left == [0, 0, 0]


async def test_people_see_when_they_signed_in_and_nobody_else(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    ada = await deployment.begin()
    await deployment.store.begin(SignedInAs("ben@brent.example", "link"), BROWSER._replace(name="Opera on a Mac"))
    page = (await client.get("/account", headers=ada.cookie)).text
    assert "2 March 2026, 12:00" in page
    assert "Firefox on Linux" in page
    assert "Opera" not in page


async def test_of_several_with_one_address_somebody_says_who_they_are(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    await deployment.sessions.directory.put("LAP", [DirectoryEntry("LAP-U002", None, "Ben", ADA)])
    await deployment.sessions.directory.put("LAP", [DirectoryEntry("LAP-U003", None, "Cat", "cat@brent.example")])
    shared, other = await deployment.begin(), await deployment.begin()
    assert (await client.post("/write", headers=shared.writing)).status_code == 403
    for person in ("LAP-U003", "LAP-U002"):
        await client.post("/account/who-i-am", headers=shared.cookie, data={"person": person, **shared.csrf})
    deployment.ticks += 1
    assert (await client.post("/write", headers=shared.writing)).json() == "LAP-U002"
    assert (await client.post("/write", headers=other.writing)).status_code == 403
    page = (await client.get("/account", headers=shared.cookie)).text
    assert re.search(r'value="LAP-U002" checked', page)
    assert "LAP-U003" not in page
    token = await made(client, shared)
    assert (await client.post("/write", headers=bearer(token))).json() == "LAP-U002"
