"""Changes in place as people see them: by axe, on a narrow phone, light and dark, with the keyboard alone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.parts.accessibility import faults_by_day_and_night
from tests.programme.pages.rooms import SECRETARY, Rooms, open_rooms

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
)


@pytest.fixture(scope="module")
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with open_rooms(tmp_path_factory.mktemp("rooms")) as opened:
        yield await opened.read_by(SECRETARY)


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
        await page.goto(f"{rooms.client.base_url}{address}")
        found += [(address, fault) for fault in await faults_by_day_and_night(page)]
        if await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append((address, "too wide"))
    await page.context.close()
    assert not found


async def test_a_change_is_made_with_the_keyboard_alone_after_a_mistake(rooms: Rooms, browser: Browser) -> None:
    # given
    page = await open_for(rooms, browser)
    await page.goto(f"{rooms.client.base_url}/projects/LAP/P01/M01/re-forecast")
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
