"""Who is signed in: known by a cookie, for as long as the session lasts, and by nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request
from starlette.responses import Response

from services.access.session_store import SessionStore, SignedInAs
from services.runtime.access.directory import Directory, DirectoryEntry
from services.runtime.access.identity import Reader, Writer
from services.runtime.access.sessions.reader import Sessions
from services.runtime.access.sessions.session import SET_UP, is_over
from services.runtime.base.clock import SteppedClock
from services.runtime.base.settings import Settings
from services.runtime.store.database import Unavailable
from services.runtime.web.app import make_app
from services.runtime.web.forms import FormRefused, signed, submitted
from services.runtime.web.kept_answers import MadeOnce, keep_while
from services.runtime.web.pages import Pages, Visit
from tests.parts.doors import OPEN
from tests.parts.sessions import BROWSER, SignedIn, made_ready, signed_in, signed_in_with
from tests.runtime.answering import SIGNED, actor_of, calling, settings

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ADA, BEN, CAT = ("LAP-U001", "ada@brent.example"), ("LAP-U002", "ben@brent.example"), ("WMP-U001", "ada@brent.example")


def files_in(folder: Path, pattern: str) -> list[Path]:
    return list(folder.glob(pattern))


async def always() -> bool:
    return True


class Deployment:
    """An application whose routes say who asks, its sessions, and its clocks."""

    def __init__(self, folder: Path) -> None:
        self.settings: Settings = settings(data_dir=folder)
        self.clock = SteppedClock(NOON)
        self.ticks = 0.0
        self.sessions = Sessions(self.settings, clock=self.clock, ticks=lambda: self.ticks)
        self.store = SessionStore(self.sessions.database, self.settings, self.clock)
        self.app: FastAPI = make_app(self.settings, [self._routes()], sessions=self.sessions, table=OPEN)
        self.made = 0

    @property
    def directory(self) -> Directory:
        return self.sessions.directory

    def _routes(self) -> APIRouter:
        router = APIRouter(route_class=MadeOnce)
        pages = Pages()

        @router.get("/who")
        async def who(caller: Reader) -> str:
            return actor_of(caller) if caller else "nobody"

        @router.post("/write")
        async def write(caller: Writer) -> str:
            return actor_of(caller)

        @router.post("/form")
        async def form(request: Request) -> str:
            sent = await submitted(request)
            try:
                return actor_of(signed(request, sent))
            except FormRefused as refused:
                return f"{refused.status}: {refused}, kept {sent.value('note')}"

        @router.get("/page")
        async def page(request: Request) -> Response:
            self.made += 1
            keep_while(request, always)
            return pages.render(request, "privacy.html", {}, visit=Visit("LAP"), headers={"ETag": '"1"'})

        @router.get("/cached")
        async def cached() -> Response:
            return Response("x", headers={"Cache-Control": "public, max-age=60"})

        return router

    async def begin(self, address: str = ADA[1]) -> SignedIn:
        token = await self.store.begin(SignedInAs(address, "test"), BROWSER)
        return SignedIn("concordat-session", token)

    def a_second_later(self) -> None:
        self.ticks += 1.0


@pytest.fixture
async def deployment(tmp_path: Path) -> AsyncIterator[Deployment]:
    made = Deployment(tmp_path)
    await made_ready(made.sessions)
    for partnership, (person, email) in (("LAP", ADA), ("LAP", BEN), ("WMP", CAT)):
        await made.directory.put(partnership, [DirectoryEntry(person, None, person.title(), email)])
    yield made
    await made.sessions.close()


@pytest.fixture
async def client(deployment: Deployment) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(deployment.app) as client:
        yield client


async def test_a_session_is_the_person_whom_the_directory_has_at_its_address(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    ada = await deployment.begin()
    assert (await client.get("/who", headers=ada.cookie)).json() == "LAP-U001"
    assert (await client.get("/who")).json() == "nobody"


async def test_the_databases_have_no_token_that_a_browser_could_send(
    deployment: Deployment, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    ada = await deployment.begin()
    await client.get("/page", headers=ada.cookie)
    stored = b"".join(file.read_bytes() for file in files_in(tmp_path, "access.db*"))
    assert b"ada@brent.example" in stored
    assert ada.token.encode() not in stored
    assert ada.csrf["csrf"].encode() not in stored


@pytest.mark.parametrize("forged", ["", "x", "a" * 43, "a" * 4000, "%00", '"', "ä"])
async def test_a_forged_cookie_is_nobodys(deployment: Deployment, client: httpx.AsyncClient, forged: str) -> None:
    await deployment.begin()
    cookie = {"Cookie": f"concordat-session={forged}".encode("latin-1")}
    assert (await client.get("/who", headers=cookie)).json() == "nobody"
    assert (await client.post("/write", headers=cookie)).status_code == 401


async def test_a_token_goes_before_a_session(deployment: Deployment, client: httpx.AsyncClient) -> None:
    ada = await deployment.begin()
    assert (await client.get("/who", headers={**ada.cookie, **SIGNED})).json() == "operator"


async def test_a_session_that_was_ended_is_over_everywhere_a_second_later(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    ada = await deployment.begin()
    await client.get("/page", headers=ada.cookie)
    session = await deployment.sessions.find(ada.token)
    assert session is not None
    await deployment.store.end(session)
    deployment.a_second_later()
    assert (await client.get("/who", headers=ada.cookie)).json() == "nobody"
    assert "ada" not in (await client.get("/page", headers=ada.cookie)).text.lower()


async def test_a_session_is_looked_up_at_most_once_a_second(deployment: Deployment) -> None:
    ada = await deployment.begin()
    session = await deployment.sessions.find(ada.token)
    assert session is not None
    await deployment.store.end(session)
    deployment.ticks += 0.9
    assert await deployment.sessions.find(ada.token) is session


async def test_whoever_was_erased_is_signed_out_a_second_later(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    ada = await deployment.begin()
    assert (await client.get("/who", headers=ada.cookie)).json() == "LAP-U001"
    await deployment.directory.erase("LAP", "LAP-U001", NOON)
    await deployment.directory.erase("WMP", "WMP-U001", NOON)
    deployment.a_second_later()
    assert (await client.get("/who", headers=ada.cookie)).json() == "nobody"
    assert (await client.post("/write", headers=ada.writing)).status_code == 401


async def test_who_was_erased_in_one_partnership_stays_signed_in_for_another(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    ada = await deployment.begin()
    await deployment.directory.erase("LAP", "LAP-U001", NOON)
    deployment.a_second_later()
    refused = await client.post("/write", headers=ada.writing)
    assert refused.status_code == 403
    assert refused.json()["detail"].startswith("You have no role in LAP. Its secretary can give you one.")


async def test_leave_to_set_up_needs_nobody_who_has_the_address(deployment: Deployment) -> None:
    token = await deployment.store.begin(SignedInAs("new@nowhere.example", SET_UP), BROWSER)
    assert await deployment.sessions.find(token) is not None


async def test_who_is_nobody_in_a_partnership_may_change_nothing_there(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    await deployment.directory.put("WMP", [DirectoryEntry("WMP-U002", None, "Eve", "stranger@elsewhere.example")])
    stranger = await deployment.begin("stranger@elsewhere.example")
    refused = await client.post("/write", headers=stranger.writing)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:concordat:problem:no-role")


async def test_of_several_with_one_address_nobody_is_taken_for_another(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    await deployment.directory.put("LAP", [DirectoryEntry("LAP-U002", None, "Ben", "ADA@Brent.example")])
    shared = await deployment.begin()
    refused = await client.post("/write", headers=shared.writing)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:concordat:problem:which-person")
    chosen = await signed_in_with(deployment.settings, ADA[1], acts_as={"LAP": "LAP-U002"})
    session = await deployment.sessions.find(chosen.token)
    assert session is not None
    assert [each.person_id for each in session.people] == ["LAP-U002", "WMP-U001"]


async def test_the_helper_signs_a_person_in(deployment: Deployment, client: httpx.AsyncClient) -> None:
    eve = await signed_in(deployment.settings, "LAP", "LAP-U009")
    deployment.clock.move_to(datetime.now(UTC))
    assert (await client.post("/write", headers=eve.writing)).json() == "LAP-U009"


@pytest.mark.parametrize(
    ("later", "known"),
    [
        (timedelta(hours=11, minutes=59), True),
        (timedelta(hours=12), False),
        (timedelta(days=400), False),
    ],
)
async def test_a_session_ends_when_nobody_uses_it(deployment: Deployment, later: timedelta, known: bool) -> None:
    ada = await deployment.begin()
    deployment.clock.move_to(NOON + later)
    assert (await deployment.sessions.find(ada.token) is not None) == known


def test_a_clock_that_goes_back_ends_no_session_and_makes_none_last_beyond_its_end() -> None:
    begun, ends = NOON, NOON + timedelta(days=7)
    assert not is_over(begun, ends, NOON - timedelta(days=2), idle=timedelta(hours=12))
    assert is_over(ends, ends, ends, idle=timedelta(hours=12))


async def test_a_session_in_use_lasts_for_a_week_and_no_longer(deployment: Deployment) -> None:
    ada = await deployment.begin()
    for hours in range(10, 168, 10):
        deployment.clock.move_to(NOON + timedelta(hours=hours))
        deployment.a_second_later()
        assert await deployment.sessions.find(ada.token) is not None
    deployment.clock.move_to(NOON + timedelta(hours=168))
    deployment.a_second_later()
    assert await deployment.sessions.find(ada.token) is None


async def test_what_has_ended_is_deleted(deployment: Deployment, tmp_path: Path) -> None:
    await deployment.begin()
    deployment.clock.move_to(NOON + timedelta(hours=12))
    await deployment.store.forget_ended()
    count = await deployment.sessions.database.read(
        lambda connection: connection.exec_driver_sql("SELECT count(*) FROM sessions").scalar_one()
    )
    assert count == 0


async def test_who_signs_in_gets_a_new_token_and_the_one_before_is_over(deployment: Deployment) -> None:
    ada = await deployment.begin()
    before = await deployment.sessions.find(ada.token)
    token = await deployment.store.begin(SignedInAs(BEN[1], "test"), BROWSER, replaces=before)
    deployment.a_second_later()
    assert token != ada.token
    assert await deployment.sessions.find(ada.token) is None
    assert await deployment.sessions.find(token) is not None


@pytest.mark.parametrize("headers", [{}, {"Concordat-CSRF": ""}, {"Concordat-CSRF": "0" * 64}])
async def test_a_change_without_the_sessions_csrf_token_is_refused(
    deployment: Deployment, client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    ada = await deployment.begin()
    assert (await client.post("/write", headers={**ada.cookie, **headers})).status_code == 403
    assert (await client.post("/write", headers=ada.writing)).json() == "LAP-U001"


async def test_a_form_of_another_session_changes_nothing_and_loses_nothing(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    ada, ben = await deployment.begin(), await deployment.begin(BEN[1])
    own = await client.post("/form", headers=ada.cookie, data={"note": "x", **ada.csrf})
    for csrf in (ben.csrf, {"csrf": ""}, {}):
        other = await client.post("/form", headers=ada.cookie, data={"note": "typed", **csrf})
        assert other.json().startswith("403: Nothing was changed")
        assert other.json().endswith("kept typed")
    assert own.json() == "LAP-U001"


async def test_a_change_from_a_page_of_another_site_is_refused_even_with_cookie_and_token(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    ada = await deployment.begin()
    refused = await client.post("/write", headers={**ada.writing, "Origin": "https://evil.example"})
    assert refused.json()["type"] == "urn:concordat:problem:another-site"


async def test_a_page_shows_who_is_signed_in_and_its_form_has_the_token(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    ada = await deployment.begin()
    page = (await client.get("/page", headers=ada.cookie)).text
    assert "<strong>Lap-U001</strong>" in page
    assert f'<input type="hidden" name="csrf" value="{ada.csrf["csrf"]}">' in page
    nobody = (await client.get("/page")).text
    assert "csrf" not in nobody
    assert "Sign out" not in nobody


async def test_what_was_kept_is_given_to_the_same_session_alone(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    ada, again, ben = await deployment.begin(), await deployment.begin(), await deployment.begin(BEN[1])
    pages = {}
    for who in (ada, again, ben, ada):
        pages[who] = (await client.get("/page", headers=who.cookie)).text
    await client.get("/page")
    assert deployment.made == 4
    assert len(set(pages.values())) == 3


async def test_a_page_for_somebody_is_stored_nowhere(deployment: Deployment, client: httpx.AsyncClient) -> None:
    ada = await deployment.begin()
    for path in ("/page", "/cached", "/who", "/nowhere"):
        assert (await client.get(path, headers=ada.cookie)).headers.get_list("Cache-Control") == ["no-store"]
        assert (await client.head(path, headers=ada.cookie)).headers.get_list("Cache-Control") == ["no-store"]
    assert (await client.get("/page")).headers["Cache-Control"] == "private, no-cache"


async def test_a_browsers_page_from_before_it_signed_in_is_not_shown_again(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    tag = (await client.get("/page")).headers["ETag"]
    assert (await client.get("/page", headers={"If-None-Match": tag})).status_code == 304
    ada = await deployment.begin()
    for _ in range(2):
        assert (await client.get("/page", headers={**ada.cookie, "If-None-Match": tag})).status_code == 200


async def test_while_sessions_cannot_be_looked_up_who_has_none_is_answered(
    deployment: Deployment, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await deployment.begin()

    async def unavailable(_question: object) -> None:
        raise Unavailable("the database cannot be read at present")

    monkeypatch.setattr(deployment.sessions.database, "read", unavailable)
    refused = await client.post("/write", headers=ada.writing)
    assert refused.status_code == 503
    assert refused.json()["detail"].startswith("Whether you are signed in cannot be looked up at present.")
    assert (await client.get("/who")).json() == "nobody"


async def test_a_session_that_is_limited_to_a_path_is_one_there_and_below_it_and_nowhere_else(
    deployment: Deployment, client: httpx.AsyncClient
) -> None:
    limited = SignedInAs(ADA[1], "return", {"LAP": ADA[0]}, "/who")
    ada = SignedIn("concordat-session", await deployment.store.begin(limited, BROWSER))
    elsewhere = SignedIn("concordat-session", await deployment.store.begin(replace(limited, limited_to="/wh"), BROWSER))
    assert (await client.get("/who", headers=ada.cookie)).json() == ADA[0]
    assert (await client.get("/who", headers=elsewhere.cookie)).json() == "nobody"
    refused = [
        await client.post("/write", headers=ada.writing),
        await client.post("/form", headers=ada.cookie, data=ada.csrf),
    ]
    assert refused[0].status_code == 401
    assert refused[1].json().startswith("401: ")


async def test_a_limited_session_is_of_one_person_in_one_partnership(deployment: Deployment) -> None:
    limited = SignedInAs(ADA[1], "return", {"LAP": ADA[0]}, "/who")
    session = await deployment.sessions.find(await deployment.store.begin(limited, BROWSER))
    whole = await deployment.sessions.find(await deployment.store.begin(replace(limited, limited_to=None), BROWSER))
    assert session is not None
    assert whole is not None
    assert [each.person_id for each in session.people] == [ADA[0]]
    assert [each.person_id for each in whole.people] == [ADA[0], CAT[0]]
