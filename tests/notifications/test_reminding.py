"""The secretary reads a reminder before it is sent: to whom it goes, what it says, and who had one just now."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser

from contracts.events.returns import PartnersReminded
from services.notifications import reminder_page
from services.notifications.intake import read_model
from services.notifications.intake.notices import NoticeKind
from services.notifications.reminding import Reminding
from services.runtime.access.directory import DirectoryEntry
from services.runtime.access.roles import Roles
from services.runtime.access.sessions.reader import Sessions
from services.runtime.base.clock import SteppedClock
from services.runtime.store.database import Database
from services.runtime.web.app import make_app
from services.runtime.web.server import HttpServer
from tests.notifications import logs
from tests.notifications.test_announcing import Office
from tests.parts.accessibility import faults_by_day_and_night
from tests.parts.sessions import made_ready, signed_in
from tests.programme.returns.stage import fields_in, text_of
from tests.runtime.answering import calling, settings

REMINDER = "/emails/LAP/reminder"
WANTED = {"quarter": "2014-15 Q2", "deadline": logs.CUT_OFF.isoformat()}


class Desk:
    """The page, and who reads it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.settings = settings(data_dir=folder, public_url="https://concordat.example")
        self.office = Office(database)
        self.sessions = Sessions(self.settings)
        self.clock = SteppedClock(logs.START + timedelta(days=80))
        public_url = self.settings.public_url
        reminding = Reminding(database, self.sessions.directory, self.clock, public_url, has_links=True)
        roles = {"emails": Roles(lambda of: database.read(lambda at: read_model.roles_in(at, of, self.clock.now())))}
        routers = [reminder_page.routes(reminding, self.clock)]
        self.app = make_app(self.settings, routers, sessions=self.sessions, roles=roles)

    async def reads(self, *partners: str, person: str = logs.SECRETARY) -> httpx.Response:
        reader = await signed_in(self.settings, logs.CODE, person)
        async with calling(self.app) as client:
            asked = {**WANTED, "partner": list(partners)}
            return await client.get(REMINDER, params=asked, headers={**reader.cookie, "Accept": "text/html"})


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(database, tmp_path)
    await made_ready(desk.sessions)
    desk.office.learn(*logs.founding())
    people = [
        DirectoryEntry(logs.LEAD, None, "Ada Lovelace", "ada@brent.example"),
        DirectoryEntry(logs.OTHER_LEAD, None, "Grace Hopper", None),
    ]
    await desk.sessions.directory.put(logs.CODE, people)
    yield desk
    await desk.sessions.close()


async def test_it_names_who_gets_it_and_shows_the_very_words_of_the_email(desk: Desk) -> None:
    page = await desk.reads("BRE", "CMD", "EAL")
    shown = text_of(page.text)
    assert "Ada Lovelace, for Brent" in shown
    assert "Grace Hopper, for Camden no e-mail address" in shown
    assert "Nobody can be reminded there Ealing: no lead is appointed." in shown
    assert "Return for 2014-15 Q2 due on 3 October 2014 – London Archives Partnership" in shown
    assert "Dear Ada Lovelace, Brent has not yet submitted its return for 2014-15 Q2." in shown
    assert "https://concordat.example/return/LAP/2014-15-Q2/BRE/open?key=each-lead-gets-their-own" in shown
    assert 'action="/office/LAP/returns/remind"' in page.text
    assert page.text.count('name="partners"') == 2
    assert "again" not in fields_in(page.text)


async def test_who_was_reminded_within_the_last_day_is_said_and_asked_about(desk: Desk) -> None:
    # given
    fact = PartnersReminded(quarter="2014-15 Q2", deadline=logs.CUT_OFF, partners=("BRE",))
    desk.office.clock.move_to(desk.clock.now() - timedelta(hours=23))
    desk.office.learn(fact)
    # when
    again = await desk.reads("BRE", "CMD")
    other = await desk.reads("CMD")
    desk.clock.move_to(desk.clock.now() + timedelta(hours=1))
    later = await desk.reads("BRE")
    # then
    assert "Some had a reminder within the last day Brent, 18 September 2014, 10:00 BST" in text_of(again.text)
    assert "Send it all the same" in again.text
    assert fields_in(again.text)["again"] == "true"
    assert ["within the last day" in each.text for each in (other, later)] == [False, False]


@pytest.mark.parametrize("person", [logs.LEAD, logs.CHAIR])
async def test_it_is_for_the_secretary(desk: Desk, person: str) -> None:
    page = await desk.reads("BRE", person=person)
    assert page.status_code == 403
    assert "Ada Lovelace, for Brent" not in page.text


def test_the_leads_of_reminded_partners_are_written_to_once_an_event(database: Database) -> None:
    office = Office(database)
    office.learn(*logs.founding())
    fact = PartnersReminded(quarter="2014-15 Q2", deadline=logs.CUT_OFF, partners=("BRE", "CMD"))
    office.learn(fact)
    office.take(office.programme.events[-1])
    assert office.told(NoticeKind.RETURN_CHASED) == [logs.LEAD, logs.OTHER_LEAD]
    office.learn(fact)
    assert len(office.told(NoticeKind.RETURN_CHASED)) == 4


@pytest.mark.parametrize("width", [320, 1280])
async def test_the_preview_can_be_read_by_everyone(desk: Desk, browser: Browser, width: int) -> None:
    page_text = (await desk.reads("BRE", "CMD", "EAL")).text
    server = HttpServer(desk.app, desk.settings)
    await server.start()
    context = await browser.new_context(viewport={"width": width, "height": 800})
    try:
        page = await context.new_page()
        await page.goto(f"{server.url}/accessibility")
        await page.set_content(page_text)
        assert await faults_by_day_and_night(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
    finally:
        await context.close()
        await server.stop()
