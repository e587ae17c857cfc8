"""People choose what comes by e-mail, for their own address; what always comes cannot be chosen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from services.access.email_choices import EmailChoices
from services.access.email_pages import EmailPages
from services.runtime.access.sessions.email_choice import Pace, Topic, paces_at, unwanted_at
from services.runtime.access.sessions.reader import Sessions
from services.runtime.web.app import make_app
from tests.parts.sessions import SignedIn, made_ready, signed_in
from tests.programme.returns.stage import text_of
from tests.runtime.answering import settings

PAGE = "/account/emails"
ADA, BEN = "LAP-U001", "LAP-U002"


class Deployment:
    """The page."""

    def __init__(self, folder: Path) -> None:
        self.settings = settings(data_dir=folder)
        self.sessions = Sessions(self.settings)
        self.choices = EmailChoices(self.sessions.database, self.sessions.directory)
        self.app = make_app(self.settings, [EmailPages(self.choices).router], sessions=self.sessions)

    async def unwanted(self, person: str) -> set[Topic]:
        return set(await unwanted_at(self.sessions.database, f"{person.lower()}@people.example"))

    async def pace(self, person: str) -> Pace:
        address = f"{person.lower()}@people.example"
        return (await paces_at(self.sessions.database, [address]))[address]


@pytest.fixture
async def deployment(tmp_path: Path) -> AsyncIterator[Deployment]:
    made = Deployment(tmp_path)
    await made_ready(made.sessions)
    yield made
    await made.sessions.close()


@pytest.fixture
async def ada(deployment: Deployment) -> SignedIn:
    return await signed_in(deployment.settings, "LAP", ADA)


async def test_everything_is_wanted_until_somebody_says_otherwise_for_their_own_address(
    deployment: Deployment, client: httpx.AsyncClient, ada: SignedIn
) -> None:
    await signed_in(deployment.settings, "LAP", BEN)
    before = (await client.get(PAGE, headers=ada.cookie)).text
    assert before.count('type="checkbox"') == before.count(" checked") - 1 == len(Topic)
    assert "Board packs, invitations to meetings, reminders of your returns" in text_of(before)
    # when
    answer = await client.post(PAGE, headers=ada.cookie, data={**ada.csrf, "wanted": "office"})
    after = (await client.get(answer.headers["location"], headers=ada.cookie)).text
    # then
    assert (answer.status_code, after.count(" checked")) == (303, 2)
    assert (await deployment.unwanted(ADA), await deployment.unwanted(BEN)) == ({Topic.RECEIPTS}, set())
    # and nothing ticked
    await client.post(PAGE, headers=ada.cookie, data=ada.csrf)
    assert await deployment.unwanted(ADA) == set(Topic)


async def test_what_waits_comes_weekly_until_somebody_chooses_another_pace_for_their_own_address(
    deployment: Deployment, client: httpx.AsyncClient, ada: SignedIn
) -> None:
    before = await deployment.pace(ADA)
    for pace in (Pace.DAILY, Pace.NEVER):
        answer = await client.post(PAGE, headers=ada.cookie, data={**ada.csrf, "pace": pace})
        shown = (await client.get(answer.headers["location"], headers=ada.cookie)).text
        assert f'value="{pace}" checked' in shown
        assert (await deployment.pace(ADA), await deployment.pace(BEN)) == (pace, Pace.WEEKLY)
    unknown = await client.post(PAGE, headers=ada.cookie, data={**ada.csrf, "pace": "hourly"})
    assert (before, unknown.status_code, await deployment.pace(ADA)) == (Pace.WEEKLY, 422, Pace.NEVER)


async def test_papers_cannot_be_switched_off_and_no_other_page_chooses(
    deployment: Deployment, client: httpx.AsyncClient, ada: SignedIn
) -> None:
    of_nobody = await client.post(PAGE, data={"wanted": "office"})
    of_another = await client.post(PAGE, headers=ada.cookie, data={"csrf": "x"})
    unknown = await client.post(PAGE, headers=ada.cookie, data={**ada.csrf, "wanted": "pack"})
    assert (of_nobody.status_code, of_another.status_code, unknown.status_code) == (401, 403, 422)
    assert await deployment.unwanted(ADA) == set()


async def test_what_was_chosen_goes_with_its_person(deployment: Deployment, ada: SignedIn) -> None:
    ben = await signed_in(deployment.settings, "LAP", BEN)
    assert ben
    for person in (ADA, BEN):
        await deployment.choices.choose(f"{person.lower()}@people.example", (), Pace.DAILY)
    await deployment.sessions.directory.erase("LAP", ADA, deployment.sessions._clock.now())
    # when
    await deployment.choices.forget()
    # then
    assert (await deployment.unwanted(ADA), await deployment.unwanted(BEN)) == (set(), set(Topic))
    assert (await deployment.pace(ADA), await deployment.pace(BEN)) == (Pace.WEEKLY, Pace.DAILY)
