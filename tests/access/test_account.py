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
from services.access.calendar_pages import MOST, CalendarPages
from services.access.mailer import Mailer
from services.access.return_openings import ReturnOpenings
from services.access.session_store import SessionStore, SignedInAs
from services.access.token_pages import TokenPages
from services.access.token_store import TokenStore
from services.runtime.access.directory import DirectoryEntry
from services.runtime.access.identity import Reader, Writer
from services.runtime.access.sessions.reader import Sessions
from services.runtime.access.sessions.token_life import LONGEST
from services.runtime.base.clock import SteppedClock
from services.runtime.web.app import make_app
from tests.parts.doors import OPEN
from tests.parts.sessions import BROWSER, SignedIn, made_ready
from tests.runtime.answering import SIGNED, actor_of, settings

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ADA = "ada@brent.example"
CALENDAR = re.compile(r"<code>http://127.0.0.1:8080(/partners/LAP/BRE/calendar.ics[?]key=concordat_[\w-]{43})</code>")
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
        calendars = CalendarPages(self.settings, self.tokens).router
        routers = [
            self._routes(),
            account,
            TokenPages(self.tokens, Mailer(self.settings, self.sessions.directory)).router,
            calendars,
        ]
        self.app = make_app(self.settings, routers, sessions=self.sessions, table=OPEN)

    def _routes(self) -> APIRouter:
        router = APIRouter()

        @router.get("/who")
        @router.get("/partners/LAP/BRE/calendar.ics")
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
    await made_ready(made.sessions)
    await made.sessions.directory.put("LAP", [DirectoryEntry("LAP-U001", None, "Ada", ADA)])
    yield made
    await made.sessions.close()


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


async def test_the_list_of_tokens_has_the_last_day_that_was_asked_for(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    # given a day in summer, which ends an hour later by UTC than by London's clocks
    ada = await deployment.begin()
    await made(client, ada, until="1 June 2026")
    # when
    page = (await client.get("/account/tokens", headers=ada.cookie)).text
    # then
    assert '<td data-label="Good until">1 June 2026</td>' in page


async def test_a_token_is_good_until_its_last_day_is_over(deployment: Deployment, client: httpx.AsyncClient) -> None:
    token = await made(client, await deployment.begin(), until="2 March 2026")
    deployment.clock.move_to(datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC))
    assert (await client.get("/who", headers=bearer(token))).status_code == 200
    deployment.clock.move_to(datetime(2026, 3, 3, tzinfo=UTC))
    deployment.ticks += 1
    refused = await client.get("/who", headers={**bearer(token), "Accept": "application/json"})
    assert (refused.status_code, 'error="invalid_token"' in refused.headers["WWW-Authenticate"]) == (401, True)


async def test_a_form_that_is_sent_twice_makes_one_token_and_says_so(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    ada = await deployment.begin()
    await made(client, ada)

    typed = {"name": "Our dashboard", "scope": "read", "until": "1 June 2026", **ada.csrf}
    again = await client.post("/account/tokens", headers=ada.cookie, data=typed)

    assert again.status_code == 409
    assert "“Our dashboard” has a token already, which was shown when it was made." in again.text
    assert TOKEN.search(again.text) is None
    assert len(await deployment.tokens.of(ADA)) == 1


async def test_the_name_of_a_token_that_ended_or_is_somebody_elses_can_be_used(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    await made(client, await deployment.begin(), until="2 March 2026")
    grace = DirectoryEntry("LAP-U009", None, "Grace", "grace@bexley.example")
    await deployment.sessions.directory.put("LAP", [grace])
    await made(client, await deployment.begin("grace@bexley.example"))
    deployment.clock.move_to(datetime(2026, 3, 3, tzinfo=UTC))
    await made(client, await deployment.begin())


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


async def test_a_token_is_none_any_more_once_its_person_was_erased(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    token = await made(client, await deployment.begin())
    await deployment.sessions.directory.erase("LAP", "LAP-U001", NOON)
    deployment.ticks += 1
    assert (await client.post("/write", headers=bearer(token))).status_code == 401


async def test_a_token_acts_for_nobody_who_gets_the_address_of_its_person_later(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    token = await made(client, await deployment.begin())
    directory = deployment.sessions.directory
    # when
    await directory.erase("LAP", "LAP-U001", NOON)
    await directory.put("LAP", [DirectoryEntry("LAP-U002", None, "Ben", ADA)])
    deployment.ticks += 1
    # then
    assert (await client.post("/write", headers=bearer(token))).status_code == 403


@pytest.mark.parametrize("forged", ["concordat_", "concordat_" + "a" * 43, "concordat_" + "a" * 5000, "concordat_ä"])
async def test_a_forged_token_is_refused_whatever_cookie_comes_with_it(
    deployment: Deployment, client: httpx.AsyncClient, forged: str
) -> None:
    ada = await deployment.begin()
    headers = {**ada.writing, "Authorization": f"Bearer {forged}".encode("latin-1")}
    assert (await client.post("/write", headers=headers)).status_code == 401
    assert (await client.get("/who", headers=headers)).status_code == 401


async def test_a_token_acts_as_who_made_it_whatever_a_header_says(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    token = await made(client, await deployment.begin())
    own = (await client.post("/write", headers=bearer(token))).json()
    acting = await client.post("/write", headers={**bearer(token), "Concordat-Acting-As": "LAP-U002"})
    assert acting.json() == own
    assert (await client.post("/write", headers=SIGNED)).json() == "operator"


async def test_a_token_opens_no_page_of_the_account(deployment: Deployment, client: httpx.AsyncClient) -> None:
    token = await made(client, await deployment.begin())
    for page in ("/account", "/account/tokens"):
        assert (await client.get(page, headers=bearer(token))).status_code == 403


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


async def calendar_for(client: httpx.AsyncClient, who: SignedIn) -> str:
    """Return the path and the query of an address that somebody made, as its page shows it."""
    answer = await client.post("/account/calendars/LAP/BRE", headers=who.cookie, data=who.csrf)
    assert answer.status_code == 200, answer.text
    shown = CALENDAR.findall(answer.text)
    assert f'href="webcal://127.0.0.1:8080{shown[0]}"' in answer.text
    assert "There is a problem" not in answer.text
    return str(shown[0])


async def test_the_address_of_a_calendar_opens_it_for_its_person_and_is_shown_once(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    # given
    ada = await deployment.begin()
    # when
    address = await calendar_for(client, ada)
    # then
    key = address.partition("=")[2]
    assert (await client.get(address)).json() == "LAP-U001"
    for page in ("/account/calendars/LAP/BRE", "/account/tokens"):
        assert key not in (await client.get(page, headers=ada.cookie)).text
    assert "Calendar of BRE in LAP" in (await client.get("/account/tokens", headers=ada.cookie)).text


def contents_of(folder: Path, names: str) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob(names))


async def test_the_key_of_a_calendar_is_stored_as_a_hash_alone(
    deployment: Deployment, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    key = (await calendar_for(client, await deployment.begin())).partition("=")[2]
    stored = contents_of(tmp_path, "access.db*")
    assert b"calendar.ics" in stored
    assert key.encode() not in stored


async def test_the_key_of_a_calendar_opens_nothing_else_and_no_other_token_opens_a_calendar_from_its_address(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    # given
    ada = await deployment.begin()
    key, token = (await calendar_for(client, ada)).partition("=")[2], await made(client, ada)
    # then
    assert (await client.get(f"/who?key={key}")).json() == "nobody"
    assert (await client.get("/who", headers=bearer(key))).status_code == 401
    assert (await client.post("/write", headers=bearer(key))).status_code == 401
    for other in (token, "", "concordat_" + "a" * 43, ada.token):
        assert (await client.get(f"/partners/LAP/BRE/calendar.ics?key={other}")).status_code == 401


async def test_the_address_of_a_calendar_that_was_taken_back_is_over_a_second_later(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    ada = await deployment.begin()
    address = await calendar_for(client, ada)
    assert (await client.get(address)).status_code == 200
    [shown] = await deployment.tokens.of(ADA)
    await client.post("/account/tokens/end", headers=ada.cookie, data={"which": shown.id, **ada.csrf})
    deployment.ticks += 1
    assert (await client.get(address)).status_code == 401


async def test_nobody_stands_in_the_place_of_who_made_the_address_of_a_calendar_and_was_erased(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    # given
    address = await calendar_for(client, await deployment.begin())
    # when
    await deployment.sessions.directory.erase("LAP", "LAP-U001", NOON)
    await deployment.sessions.directory.put("LAP", [DirectoryEntry("LAP-U009", None, "Ada's successor", ADA)])
    deployment.ticks += 1
    # then
    assert (await client.get(address)).status_code == 403


async def test_the_address_of_a_calendar_ends_after_a_year(deployment: Deployment, client: httpx.AsyncClient) -> None:
    address = await calendar_for(client, await deployment.begin())
    deployment.clock.move_to(NOON + LONGEST)
    deployment.ticks += 1
    assert (await client.get(address)).status_code == 401


async def test_a_calendar_address_is_made_for_ones_own_partnerships_from_a_page_of_ones_own_and_twenty_at_a_time(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    # given
    ada = await deployment.begin()
    page = "/account/calendars/LAP/BRE"
    # then
    assert (await client.get("/account/calendars/LON/BRE", headers=ada.cookie)).status_code == 403
    assert (await client.post("/account/calendars/LON/BRE", headers=ada.cookie, data=ada.csrf)).status_code == 403
    assert (await client.post(page, headers=ada.cookie, data={"csrf": "0" * 64})).status_code == 403
    assert (await client.get(page)).status_code == 403
    # when
    for _ in range(MOST):
        await calendar_for(client, ada)
    # then
    refused = await client.post(page, headers=ada.cookie, data=ada.csrf)
    assert (refused.status_code, "Take one back first." in refused.text) == (409, True)
    assert len(await deployment.tokens.of(ADA)) == MOST
