"""The browser of the tests is a real one, and its accessibility check finds what is wrong."""

from __future__ import annotations

from playwright.async_api import Browser

from tests.parts.accessibility import faults, faults_by_day_and_night

SOUND = '<html lang="en"><head><title>Board</title></head><body><main><h1>Board</h1>{}</main></body></html>'


async def faults_of(browser: Browser, content: str) -> list[str]:
    page = await browser.new_page()
    await page.set_content(SOUND.format(content))
    found = await faults(page)
    await page.close()
    return found


async def test_axe_finds_nothing_on_a_sound_page(browser: Browser) -> None:
    assert await faults_of(browser, '<img src="data:," alt="Seal of the board">') == []


async def test_axe_finds_a_picture_without_words(browser: Browser) -> None:
    assert await faults_of(browser, '<img src="data:,">') == ['image-alt: <img src="data:,">']


async def test_axe_finds_words_that_cannot_be_read_in_the_dark_alone(browser: Browser) -> None:
    page = await browser.new_page()
    dark = "<style>@media (prefers-color-scheme: dark) { p { color: #eee; background: #fff } }</style><p>Agreed</p>"
    await page.set_content(SOUND.format(dark))
    found = await faults_by_day_and_night(page)
    await page.close()
    assert found == ["dark: color-contrast: <p>Agreed</p>"]
