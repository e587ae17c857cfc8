"""The style sheet: seen by a real browser, in both schemes, wide and narrow; and its colours by arithmetic."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from fastapi import APIRouter, FastAPI, Request, Response
from playwright.async_api import Browser

from services.runtime.web.app import make_app
from services.runtime.web.pages import Link, Pages
from services.runtime.web.server import HttpServer
from services.runtime.web.static import content
from tests.runtime.answering import settings

NAVIGATION = [Link("Programme", "/programme"), Link("Board packs", "/reporting"), Link("Calendar", "/notifications")]
GROUNDS = ("good", "caution", "bad", "none", "info")
TEXT_ON_GROUND = [
    *((text, ground) for text in ("ink", "quiet", "link", "link-visited") for ground in ("paper", "wash")),
    *((text, f"{ground}-wash") for text in ("ink", "link") for ground in GROUNDS),
    *((f"{tone}-ink", ground) for tone in GROUNDS for ground in (f"{tone}-wash", "paper")),
    ("on-accent", "accent"),
    ("accent", "paper"),
]
SHAPE_ON_GROUND = [
    *((tone, ground) for tone in GROUNDS for ground in (f"{tone}-wash", "paper")),
    ("focus", "paper"),
    ("focus", "wash"),
    ("rule-strong", "paper"),
]


def everything() -> FastAPI:
    """Return an application with one page that has every class of the style sheet."""
    pages = Pages(Path(__file__).parent / "pages")
    router = APIRouter()

    @router.get("/reporting/everything")
    async def get_everything(request: Request) -> Response:
        links = [Link("London Archives Partnership", "/reporting"), Link("Meetings", "/reporting/meetings")]
        cut_off = datetime(2014, 10, 3, 16, 0, tzinfo=UTC)
        return pages.render(request, "everything.html", {"links": links}, as_at=cut_off)

    return make_app(settings(), [router], navigation=NAVIGATION)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_page_can_be_used_by_everyone(browser: Browser, scheme: Literal["light", "dark"], width: int) -> None:
    app = everything()
    server = HttpServer(app, app.state.settings)
    await server.start()
    context = await browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    try:
        page = await context.new_page()
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text))
        await page.goto(f"{server.url}/reporting/everything")
        found = await Axe().run(
            page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
        )
        assert found.violations_count == 0, found.generate_report()
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert await page.evaluate("document.fonts.check('1em \"Source Sans\"')")
        assert told == []
    finally:
        await context.close()
        await server.stop()


async def test_the_keyboard_reaches_the_content_first(browser: Browser) -> None:
    app = everything()
    server = HttpServer(app, app.state.settings)
    await server.start()
    context = await browser.new_context()
    try:
        page = await context.new_page()
        await page.goto(f"{server.url}/reporting/everything")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.textContent") == "Skip to the content"
        await page.keyboard.press("Enter")
        assert await page.evaluate("document.activeElement.id") == "main"
    finally:
        await context.close()
        await server.stop()


def colours(scheme: str) -> dict[str, str]:
    light, dark = re.findall(r":root \{([^}]*--paper[^}]*)\}", content("concordat.css").decode())[:2]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light if scheme == "light" else dark))


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_can_be_told_apart_by_people_who_see_little(scheme: str) -> None:
    colour = colours(scheme)
    faint = {
        pair: round(contrast(colour[pair[0]], colour[pair[1]]), 2)
        for pairs, least in ((TEXT_ON_GROUND, 4.5), (SHAPE_ON_GROUND, 3.0))
        for pair in pairs
        if contrast(colour[pair[0]], colour[pair[1]]) < least
    }
    assert faint == {}
