"""The Office as its secretary sees it, and setting up: by axe, on a narrow phone, light and dark."""

from __future__ import annotations

from playwright.async_api import Browser, Page

from services.runtime.access.sessions.session import SET_UP
from tests.parts.accessibility import faults_by_day_and_night
from tests.parts.sessions import SignedIn, signed_in_with
from tests.programme.pages.rooms import SECRETARY, Rooms

OFFICE = (
    "",
    "/people",
    "/people/add",
    "/people/U002",
    "/people/U002/erase",
    "/partnership",
    "/partnership/rules",
    "/corrections",
    "/export",
)
PAGES = "/office/set-up/pages"


async def window_of(rooms: Rooms, browser: Browser, who: SignedIn) -> Page:
    context = await browser.new_context(viewport={"width": 320, "height": 640})
    cookie = {"name": who.name, "value": who.token, "url": str(rooms.client.base_url)}
    await context.add_cookies([cookie])  # type: ignore[list-item]
    return await context.new_page()


async def faults_here(page: Page) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = [(page.url, fault) for fault in await faults_by_day_and_night(page)]
    if await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append((page.url, "too wide"))
    return found


async def test_the_office_is_without_fault_and_fits_a_phone(opened: Rooms, browser: Browser) -> None:
    secretary = await opened.read_by(SECRETARY)
    assert secretary.reader is not None
    page, found = await window_of(opened, browser, secretary.reader), []
    for address in OFFICE:
        answer = await page.goto(f"{opened.client.base_url}/office/LAP{address}")
        assert answer is not None
        assert answer.status == 200, address
        found += await faults_here(page)
    await page.context.close()
    assert not found


async def test_setting_up_is_without_fault_in_every_state_and_fits_a_phone(opened: Rooms, browser: Browser) -> None:
    setter = await signed_in_with(opened.settings, "seen@nowhere.example", SET_UP)
    page = await window_of(opened, browser, setter)
    base = str(opened.client.base_url).rstrip("/")
    # the file, and one with a fault
    await page.goto(f"{base}/office/set-up")
    found = await faults_here(page)
    file = {"name": "x.yaml", "mimeType": "application/yaml", "buffer": b"format: concordat/1\npartnership: {}\n"}
    await page.set_input_files("input[type=file]", file)  # type: ignore[arg-type]
    await page.click("main button")
    found += await faults_here(page)
    # the steps: what is asked, what is missing, what was entered, and what will be
    await page.goto(f"{base}{PAGES}")
    found += await faults_here(page)
    await page.click("main button")
    await page.click("main button.button")
    found += await faults_here(page)
    for field, value in (("name", "Seen Archives"), ("code", "SEE"), ("formed_on", "1 April 2014")):
        await page.fill(f"#{field}", value)
    await page.click("main button.button")
    found += await faults_here(page)
    draft = page.url
    for part in ("partners", "people", "commitments", "projects", "meetings"):
        await page.goto(f"{draft}/{part}")
        found += await faults_here(page)
    await page.goto(draft)
    await page.click("main button.button")
    assert "Seen Archives" in await page.inner_text("h1")
    found += await faults_here(page)
    await page.context.close()
    assert not found
