"""The browser of the tests is a real one, and its accessibility check finds what is wrong."""

from __future__ import annotations

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

SOUND = '<html lang="en"><head><title>Board</title></head><body><main><h1>Board</h1>{}</main></body></html>'


async def violations(browser: Browser, content: str) -> list[str]:
    page = await browser.new_page()
    await page.set_content(SOUND.format(content))
    found = await Axe().run(page)
    await page.close()
    return [violation["id"] for violation in found.response["violations"]]


async def test_axe_finds_nothing_on_a_sound_page(browser: Browser) -> None:
    assert await violations(browser, '<img src="data:," alt="Seal of the board">') == []


async def test_axe_finds_a_picture_without_words(browser: Browser) -> None:
    assert await violations(browser, '<img src="data:,">') == ["image-alt"]
