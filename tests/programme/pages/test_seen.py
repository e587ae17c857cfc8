"""Changes in place as people see them: by axe, on a narrow phone, light and dark, with the keyboard alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import time

import pytest
from playwright.async_api import Browser, Page

from contracts.events.board import ChangeRequested, MeetingOpened, MeetingScheduled
from contracts.events.effects import Effect, MoveProject
from contracts.events.projects import Stage
from tests.domain.history import at
from tests.parts.accessibility import faults_by_day_and_night
from tests.programme.pages.rooms import CHAIR, MEMBER, SECRETARY, TODAY, Rooms, open_rooms

ADDRESSES = (
    "/projects/LAP?stage=open",
    "/projects/LAP/P01",
    "/projects/LAP/P01/add-milestone",
    "/projects/LAP/P01/M01/re-forecast",
    "/risks/LAP/R01",
    "/risks/LAP/raise",
    "/board/LAP",
    "/board/LAP/schedule",
    "/board/LAP/B02",
    "/board/LAP/B02/items/1/amend",
    "/board/LAP/B02/items/1/interest",
    "/board/LAP/actions/A01",
    "/board/LAP/actions/A01/reassign",
    "/board/LAP/actions/A01/reword",
    "/board/LAP/decisions/D01",
    "/board/LAP/open-procedure",
    "/board/LAP/B04/items/101/decide",
    "/board/LAP/B05/open",
    "/projects/LAP/P01/ask-set-baseline",
    "/board/LAP/ask-adopt-quantity",
)
HELD_TODAY = (
    MeetingScheduled(meeting="LAP-B04", date=at(TODAY).date(), time=time(10, 0)),
    ChangeRequested(
        meeting="LAP-B04",
        item=101,
        title="Pause it",
        about="LAP-P01",
        recommendation="To pause it.",
        owner="BRE",
        effect=Effect(move_project=MoveProject(project="LAP-P01", stage=Stage.PAUSED)),
    ),
    MeetingOpened(meeting="LAP-B04", present=(CHAIR, MEMBER)),
    MeetingScheduled(meeting="LAP-B05", date=at(TODAY).date(), time=time(14, 0)),
)


@pytest.fixture(scope="module")
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with open_rooms(tmp_path_factory.mktemp("rooms")) as opened:
        yield await (await opened.told(*HELD_TODAY)).read_by(SECRETARY)


async def open_for(rooms: Rooms, browser: Browser) -> Page:
    """Return a narrow window of the secretary's."""
    assert rooms.reader is not None
    context = await browser.new_context(viewport={"width": 320, "height": 640})
    cookie = {"name": rooms.reader.name, "value": rooms.reader.token, "url": str(rooms.client.base_url)}
    await context.add_cookies([cookie])  # type: ignore[list-item]
    return await context.new_page()


async def test_pages_that_change_something_are_without_fault_and_fit_a_phone(rooms: Rooms, browser: Browser) -> None:
    page = await open_for(rooms, browser)
    found = []
    for address in ADDRESSES:
        answer = await page.goto(f"{rooms.client.base_url}{address.replace('LAP', rooms.code)}")
        assert answer is not None
        assert answer.status == 200, address
        found += [(address, fault) for fault in await faults_by_day_and_night(page)]
        if await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append((address, "too wide"))
    await page.context.close()
    assert not found


async def test_the_longest_name_in_one_word_and_one_that_runs_from_right_to_left_fit_a_phone(
    rooms: Rooms, browser: Browser
) -> None:
    # given
    name = f"أرشيف المدينة {'x' * 180}"
    await rooms.do("amend_partner", partner="BRE", name=name, reason="They are called so.")
    await rooms.do("amend_project", project="P01", title=name, reason="It is called so.")
    await rooms.do("raise_risk", code="R08", title=name, likelihood=2, impact=3, owner="BRE")
    page = await open_for(rooms, browser)
    wide = []
    # when
    for address in (
        "projects/LAP",
        "projects/LAP/P01",
        "partners/LAP/BRE",
        "risks/LAP",
        "office/LAP/history",
    ):
        await page.goto(f"{rooms.client.base_url}/{address.replace('LAP', rooms.code)}")
        assert name in await page.inner_text("body")
        if await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(address)
    await page.context.close()
    # then
    assert wide == []


async def test_a_change_is_made_with_the_keyboard_alone_after_a_mistake(rooms: Rooms, browser: Browser) -> None:
    # given
    page = await open_for(rooms, browser)
    await page.goto(f"{rooms.client.base_url}/projects/{rooms.code}/P01/M01/re-forecast")
    # when
    await page.focus("#forecast")
    await page.keyboard.type("30 Feb 2015")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Two services join later.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    # then
    await page.wait_for_selector(".error-summary:focus")
    assert await page.input_value("#reason") == "Two services join later."
    # when
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#forecast:focus")
    await page.keyboard.press("Control+A")
    await page.keyboard.type("13 Feb 2015")
    await page.keyboard.press("Enter")
    # then
    said = await page.inner_text("#happened")
    await page.context.close()
    assert "“First ten services” is now forecast for 13 February 2015." in said
