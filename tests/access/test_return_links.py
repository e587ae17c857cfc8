"""Who takes the links of reminders back: their person on the account page, and a secretary by the word of programme."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from services.access.account_pages import AccountPages
from services.access.return_openings import NotOpened, Opening, ReturnOpenings
from services.access.return_pages import ReturnPages
from services.access.session_store import SessionStore
from services.runtime.access.return_links import ReturnLink, ReturnLinks
from services.runtime.access.sessions.reader import Sessions
from services.runtime.access.sessions.session import id_of, new_token
from services.runtime.base.addresses import key_of
from services.runtime.web.app import make_app
from tests.parts.sessions import BROWSER, SignedIn, made_ready, signed_in
from tests.runtime.answering import settings

ADA, GRACE = "LAP-U001", "LAP-U002"
Q2 = "2014-15 Q2"
TAKE_BACK = "/sign-in/return/take-back"


class Deployment:
    """The pages of access about links and accounts."""

    def __init__(self, folder: Path) -> None:
        self.settings = settings(data_dir=folder)
        self.sessions = Sessions(self.settings)
        store = SessionStore(self.sessions.database, self.settings)
        self.openings = ReturnOpenings(self.sessions.database, store)
        links = ReturnLinks.of(self.settings)
        assert links is not None
        self.links = links
        directory = self.sessions.directory
        pages = (
            AccountPages(self.settings, store, self.openings, directory),
            ReturnPages(self.settings, links, self.openings, directory),
        )
        self.app = make_app(self.settings, [each.router for each in pages], sessions=self.sessions)

    def opening(self, person: str, partner: str = "BRE", key: str = "") -> Opening:
        """Return the opening by a link that was made for a person."""
        address = key_of(f"{person.lower()}@people.example")
        assert address is not None
        key = key or self.links.key("LAP", Q2, partner, person, address)
        link = self.links.written("LAP", Q2, partner, key)
        assert isinstance(link, ReturnLink)
        return Opening(link, key, address)

    async def opens(self, opening: Opening) -> bool:
        """Say whether a link opens its return in a browser that is new."""
        try:
            await self.openings.open(opening, new_token(), BROWSER)
        except NotOpened:
            return False
        return True


@pytest.fixture
async def deployment(tmp_path: Path) -> AsyncIterator[Deployment]:
    made = Deployment(tmp_path)
    await made_ready(made.sessions)
    yield made
    await made.sessions.close()


@pytest.fixture
async def ada(deployment: Deployment) -> SignedIn:
    return await signed_in(deployment.settings, "LAP", ADA)


async def test_a_person_takes_all_links_back_that_they_got(
    deployment: Deployment, client: httpx.AsyncClient, ada: SignedIn
) -> None:
    own, another = deployment.opening(ADA), deployment.opening(GRACE)
    assert await deployment.opens(own)
    account = (await client.get("/account", headers=ada.cookie)).text
    assert "one return alone" in account
    assert "Reminder of a return" in account
    # when
    answer = await client.post("/account/take-back-links", headers=ada.cookie, data=ada.csrf)
    shown = (await client.get(answer.headers["location"], headers=ada.cookie)).text
    # then
    assert "open no return any more" in shown
    assert "one return alone" not in shown
    assert [await deployment.opens(each) for each in (own, another)] == [False, True]


async def test_a_page_of_another_sign_in_takes_nothing_back(
    deployment: Deployment, client: httpx.AsyncClient, ada: SignedIn
) -> None:
    refused = await client.post("/account/take-back-links", headers=ada.cookie, data={"csrf": "another"})
    assert refused.status_code == 403
    assert await deployment.opens(deployment.opening(ADA))


async def test_a_secretary_takes_back_the_links_of_a_partner_by_the_word_of_programme(
    deployment: Deployment, client: httpx.AsyncClient, ada: SignedIn
) -> None:
    own, another = deployment.opening(GRACE), deployment.opening(GRACE, "CMD")
    word = deployment.links.word("take back", id_of(ada.token), "LAP")
    # when
    fields = {"partnership": "LAP", "partner": "BRE", "word": word, **ada.csrf}
    answer = await client.post(TAKE_BACK, headers=ada.cookie, data=fields)
    # then
    assert (answer.status_code, answer.headers["location"]) == (303, "/office/LAP/returns?taken-back=BRE")
    assert [await deployment.opens(each) for each in (own, another)] == [False, True]


@pytest.mark.parametrize(
    "said",
    [("take back", "another session", "LAP"), ("take back", "", "LAP"), ("open", "", "LAP"), ()],
)
async def test_without_that_word_nobody_takes_back_the_links_of_a_partner(
    deployment: Deployment, client: httpx.AsyncClient, ada: SignedIn, said: tuple[str, ...]
) -> None:
    own = deployment.opening(GRACE)
    fields = {"partnership": "LAP", "partner": "BRE", "word": deployment.links.word(*said), **ada.csrf}
    refused = await client.post(TAKE_BACK, headers=ada.cookie, data=fields)
    of_nobody = await client.post(TAKE_BACK, data=fields)
    of_another_page = await client.post(TAKE_BACK, headers=ada.cookie, data={**fields, "csrf": "another"})
    assert (refused.status_code, of_nobody.status_code, of_another_page.status_code) == (403, 401, 403)
    assert await deployment.opens(own)


async def test_everybodys_links_are_taken_back_also_of_those_who_never_signed_in(deployment: Deployment) -> None:
    opened, unopened = deployment.opening(ADA), deployment.opening(GRACE)
    assert await deployment.opens(opened)
    # when
    await deployment.openings.take_back_all()
    # then
    assert [await deployment.opens(each) for each in (opened, unopened)] == [False, False]


def databases(folder: Path) -> list[Path]:
    return list(folder.glob("access.db*"))


async def test_neither_a_link_nor_an_address_stands_in_the_database_of_openings(
    deployment: Deployment, tmp_path: Path
) -> None:
    opening = deployment.opening(GRACE)
    await deployment.openings.take_back_of(opening.address)
    assert not await deployment.opens(opening)
    stored = b"".join(each.read_bytes() for each in databases(tmp_path))
    assert opening.key.encode() not in stored
    assert opening.address.encode() not in stored
