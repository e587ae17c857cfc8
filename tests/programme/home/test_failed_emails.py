"""Home tells the secretary of e-mails that failed: another service has them, and Home does not wait for it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.parts.accessibility import faults_by_day_and_night
from tests.programme.pages.rooms import BRENT, SECRETARY, Rooms, open_rooms

AWAY = "Promise.reject(new TypeError())"


def answers(failed: int, status: int = 200) -> str:
    """Return what the service of the e-mails answers, as a script."""
    return f"Promise.resolve(new Response('{{\"failed\": {failed}}}', {{status: {status}}}))"


@pytest.fixture(scope="module")
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with open_rooms(tmp_path_factory.mktemp("rooms")) as opened:
        yield opened


async def opened(rooms: Rooms, browser: Browser, person: str, answered: str) -> Page:
    """Return a window of somebody's in which Home is there and has been answered."""
    reader = (await rooms.read_by(person)).reader
    assert reader is not None
    context = await browser.new_context(viewport={"width": 320, "height": 640})
    cookie = {"name": reader.name, "value": reader.token, "url": str(rooms.client.base_url)}
    await context.add_cookies([cookie])  # type: ignore[list-item]
    page = await context.new_page()
    await page.add_init_script(f"window.fetch = () => {answered};")
    await page.goto(f"{rooms.client.base_url}/home/{rooms.code}", wait_until="networkidle")
    return page


@pytest.mark.parametrize(
    ("answered", "said"),
    [
        (answers(1), "1 e-mail could not be delivered"),
        (answers(3), "3 e-mails could not be delivered"),
        (answers(0, 503), "Whether e-mails failed cannot be said at the moment"),
        (AWAY, "Whether e-mails failed cannot be said at the moment"),
    ],
)
async def test_the_secretary_is_told_what_failed_or_that_it_is_not_known(
    rooms: Rooms, browser: Browser, answered: str, said: str
) -> None:
    page = await opened(rooms, browser, SECRETARY, answered)
    link = page.get_by_role("link", name=said)
    await link.wait_for()
    assert await link.get_attribute("href") == f"/emails/{rooms.code}?show=failed"
    if answered == answers(3):
        assert await faults_by_day_and_night(page) == []
    await page.context.close()


@pytest.mark.parametrize(("person", "failed"), [(SECRETARY, 0), (BRENT, 3)])
async def test_nothing_is_said_where_none_failed_or_to_who_is_not_the_secretary(
    rooms: Rooms, browser: Browser, person: str, failed: int
) -> None:
    page = await opened(rooms, browser, person, answers(failed))
    assert "e-mails" not in await page.inner_text("main section[aria-labelledby=needs]")
    await page.context.close()


async def test_without_a_script_the_way_to_them_stands_there(rooms: Rooms) -> None:
    home = await (await rooms.read_by(SECRETARY)).read("/home/LAP")
    assert '<noscript><p><a href="/emails/LAP?show=failed">E-mails that failed</a></p></noscript>' in home
