"""The style sheet: seen by a real browser, in both schemes, wide and narrow; and its colours by arithmetic."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urljoin

import pytest
from fastapi import APIRouter, FastAPI, Request
from playwright.async_api import Browser, Locator, Page
from pydantic import BaseModel
from starlette.responses import RedirectResponse, Response

from services.runtime.access.directory import KnownPerson
from services.runtime.access.identity import SESSION
from services.runtime.access.sessions.session import BECOME, Session
from services.runtime.web import pages as pages_module
from services.runtime.web.app import make_app
from services.runtime.web.dates import WrittenDate
from services.runtime.web.forms import Form, FormRefused, submitted
from services.runtime.web.pages import Link, Pages, Visit
from services.runtime.web.server import HttpServer
from services.runtime.web.sorting import Sorting
from services.runtime.web.static import content
from tests.parts.accessibility import faults
from tests.parts.doors import OPEN
from tests.parts.waiting import until
from tests.runtime.answering import calling, settings

NAVIGATION = [
    Link("Home", "/home/{partnership}"),
    Link("My return", "/return/{partnership}"),
    Link("Projects", "/projects/{partnership}"),
    Link("Commitments", "/commitments/{partnership}"),
    Link("Board", "/board/{partnership}"),
    Link("Risks", "/risks/{partnership}"),
    Link("Partners", "/partners/{partnership}"),
    Link("Packs", "/packs/{partnership}"),
    Link("Office", "/office/{partnership}"),
]
PARTNERSHIPS = {"LAP": "London Archives Partnership", "WMP": "West Midlands Museums and Archives Partnership"}
VISIT = Visit("LAP", PARTNERSHIPS, "Ada Lovelace", "Lead for Brent")
ALONE = Visit("LAP", {"LAP": "London Archives Partnership"}, role="Lead for Brent")
BECAME = Session("0" * 64, "ada@brent.example", BECOME, (KnownPerson("LAP", "LAP-U007", "Ada Lovelace"),), "1" * 64)
HOME = "/board/LAP"
STYLE = "".join(content(sheet).decode() for sheet in ("concordat.css", "parts.css"))
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


PAGES = ("everything", "question", "confirmed")


class Project(NamedTuple):
    title: str
    code: str
    lead: str
    slip: int | None


class Answer(BaseModel):
    done_on: WrittenDate
    certain: Literal["yes", "no"]
    note: str = ""


PROJECTS = (
    Project("Shared London archives catalogue", "LAP-P01", "London Metropolitan Archives", 42),
    Project("Digital preservation service", "LAP-P02", "London Borough of Brent", None),
    Project("Archives in schools", "LAP-P03", "London Borough of Hackney", 7),
)
FIELDS = ("done_on", "certain", "changed", "tell", "note", "amount", "kind", "token")
ASKED = {"done_on": "When was it done?", "certain": "Are you certain?"}


def everything() -> FastAPI:
    """Return an application with pages that have every class of the style sheet and every macro."""
    pages = Pages(Path(__file__).parent / "pages")
    router = APIRouter()
    cut_off = datetime(2014, 10, 3, 16, 0, tzinfo=UTC)
    by = {"project": lambda each: each.title, "lead": lambda each: each.lead, "slip": lambda each: each.slip}

    def shown(request: Request, name: str, form: Form, status: int = 200) -> Response:
        sorting: Sorting[Project] = Sorting(request.query_params, by, "project")
        context = {
            "links": [Link("Meetings", "/board/LAP/meetings")],
            "tabs": [Link("At a glance", "#a"), Link("Commitments", "#b"), Link("Risks", "#c")],
            "cut_off": cut_off,
            "sorting": sorting,
            "projects": sorting.sorted(PROJECTS),
            "form": form,
        }
        visit = ALONE if name == "confirmed" else VISIT
        if name == "confirmed":
            request.scope[SESSION] = BECAME
        return pages.render(request, f"{name}.html", context, visit=visit, as_at=cut_off, status=status)

    @router.get(HOME + "/{name}")
    async def get_page(request: Request, name: str, wrong: bool = False) -> Response:
        typed = {"done_on": ("31/2/2014",), "changed": ("yes",), "tell": ("lead", "board"), "note": ("So <far>",)}
        faults = {each: f"There is something to correct in {each}." for each in FIELDS} | {"": "Nobody else may."}
        return shown(request, name, Form(typed, faults if wrong else {}))

    @router.post(HOME + "/question")
    async def post_answer(request: Request) -> Response:
        try:
            (await submitted(request)).checked(Answer, missing=ASKED)
        except FormRefused as refused:
            return shown(request, "question", refused.form, refused.status)
        return RedirectResponse(f"{HOME}/confirmed", status_code=303)

    return make_app(settings(), [router], navigation=NAVIGATION, table=OPEN)


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """Where the pages are."""
    app = everything()
    server = HttpServer(app, app.state.settings)
    await server.start()
    yield f"{server.url}{HOME}"
    await server.stop()


@asynccontextmanager
async def seen(
    browser: Browser, address: str, *, width: int = 1280, scheme: Literal["light", "dark"] = "light"
) -> AsyncIterator[Page]:
    """Open an address, and fail where anything but its own status is said in the console."""
    context = await browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    try:
        page = await context.new_page()
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text) if message.location["url"] != page.url else None)
        await page.goto(address)
        yield page
        assert told == []
    finally:
        await context.close()


@pytest.mark.parametrize(
    ("page", "width", "scheme"),
    [
        *(("everything?wrong=true", width, scheme) for width in (320, 1280) for scheme in ("light", "dark")),
        ("everything", 1280, "light"),
        ("question", 320, "dark"),
        ("confirmed", 320, "dark"),
        ("/accessibility", 1280, "dark"),
        ("/privacy", 320, "light"),
        ("/nowhere", 320, "light"),
    ],
)
async def test_a_page_can_be_used_by_everyone(
    browser: Browser, address: str, page: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    async with seen(browser, urljoin(f"{address}/", page), width=width, scheme=scheme) as opened:
        assert await faults(opened) == []
        assert await opened.evaluate("document.documentElement.scrollWidth") <= width
        assert await opened.evaluate("document.fonts.ready.then(() => document.fonts.check('1em \"Source Sans\"'))")


async def followed(page: Page, leading: Locator) -> None:
    """Press what leads to another page, and wait until that is there: a click is over before."""
    async with page.expect_navigation():
        await leading.click()


async def has_focus(page: Page, which: str) -> None:
    """Wait until something has the focus, which a browser gives it a moment after what was pressed."""

    async def has_it() -> bool:
        return await focused(page) == which

    await until(has_it, what=f"the focus on {which}")


async def focused(page: Page) -> str:
    """Return what has the focus: its id, else its text."""
    return str(await page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


async def tabbed_to(page: Page, times: int) -> list[str]:
    places = []
    for _ in range(times):
        await page.keyboard.press("Tab")
        places.append(await focused(page))
    return places


async def test_the_keyboard_goes_through_a_page_as_eyes_do(browser: Browser, address: str) -> None:
    async with seen(browser, f"{address}/question") as page:
        menu = [link.text for link in NAVIGATION]
        assert await tabbed_to(page, 3) == ["Skip to the content", "Concordat", PARTNERSHIPS["LAP"]]
        assert await tabbed_to(page, len(menu) + 1) == [*menu, "Back"]
        assert await tabbed_to(page, 4) == ["done_on", "certain", "note", "Continue"]


async def test_the_keyboard_reaches_the_content_first(browser: Browser, address: str) -> None:
    async with seen(browser, f"{address}/everything") as page:
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await has_focus(page, "main")


async def test_what_is_wrong_is_said_first_and_leads_to_its_field(browser: Browser, address: str) -> None:
    async with seen(browser, f"{address}/question") as page:
        await page.get_by_label("When was").fill("31/2/2014")
        await page.get_by_label("Note").fill("  <b>So far</b>\nso good")
        await followed(page, page.get_by_role("button", name="Continue"))
        assert await page.title() == "Error: When was it done? – Concordat"
        await page.wait_for_function("document.activeElement.className === 'error-summary'")
        summary = page.get_by_role("alert")
        assert await summary.get_by_role("link").all_inner_texts() == [
            "“31/2/2014” is not a date: February 2014 has no day 31. Give a date such as 2 October 2015 or 2/10/2015.",
            "Are you certain?",
        ]
        assert await page.get_by_label("When was").input_value() == "31/2/2014"
        assert await page.get_by_label("Note").input_value() == "  <b>So far</b>\nso good"
        await summary.get_by_role("link", name="Are you certain?").click()
        await has_focus(page, "certain")
        described = await page.get_by_label("When was").get_attribute("aria-describedby")
        assert described == "done_on-hint done_on-error"


async def test_what_is_right_goes_on(browser: Browser, address: str) -> None:
    async with seen(browser, f"{address}/question") as page:
        await page.get_by_label("When was").fill("2nd Oct 2014")
        await page.get_by_label("Yes").check()
        await followed(page, page.get_by_role("button", name="Continue"))
        assert await page.get_by_role("heading", level=1).inner_text() == "Your return is submitted"


@pytest.mark.parametrize("width", [320, 1280])
async def test_a_table_is_sorted_by_its_headings_on_every_screen(browser: Browser, address: str, width: int) -> None:
    async with seen(browser, f"{address}/everything?wrong=false", width=width) as page:
        headings = page.locator("thead a.sort")
        for times, order in ((1, ["ascending", "LAP-P03", "LAP-P01"]), (2, ["descending", "LAP-P01", "LAP-P03"])):
            await followed(page, headings.filter(has_text="Slip"))
            assert page.url.endswith(f"?wrong=false&sort={'-' * (times - 1)}slip")
            sorted_by = page.locator("th[aria-sort]")
            codes = await page.locator("table.stacked th .code").all_inner_texts()
            assert [await sorted_by.get_attribute("aria-sort"), *codes[:2]] == order
            assert codes[2] == "LAP-P02"


async def test_a_partnership_is_left_for_home_in_another(browser: Browser, address: str) -> None:
    async with seen(browser, f"{address}/everything", width=320) as page:
        await page.get_by_text(PARTNERSHIPS["LAP"]).first.click()
        link = page.get_by_role("link", name=PARTNERSHIPS["WMP"])
        assert await link.get_attribute("href") == "/home/WMP"
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_paper_is_white_and_has_nothing_to_press(
    browser: Browser, address: str, scheme: Literal["light", "dark"]
) -> None:
    async with seen(browser, f"{address}/everything", scheme=scheme) as page:
        await page.emulate_media(media="print", color_scheme=scheme)
        ground, ink = await page.evaluate(
            "[document.documentElement, document.querySelector('h1')].map(each => getComputedStyle(each))"
            ".map((style, which) => which ? style.color : style.getPropertyValue('--paper'))"
        )
        assert (ground, ink) == ("#ffffff", "rgb(0, 0, 0)")
        for pressed in ("nav", "button", ".skip-link", ".change-link a"):
            assert await page.locator(pressed).locator("visible=true").count() == (1 if pressed == "nav" else 0)
        assert await page.get_by_role("heading", name="Check your answers").is_visible()


async def test_a_page_weighs_little(browser: Browser, address: str) -> None:
    async with seen(browser, f"{address}/everything?wrong=true") as page:
        weight = len(await page.content()) + len(STYLE)
    assert weight < 60_000


async def test_the_style_page_has_every_class_and_every_macro() -> None:
    async with calling(everything()) as client:
        addresses = [f"{HOME}/{page}{wrong}" for page in PAGES for wrong in ("", "?wrong=true")]
        html = "".join([(await client.get(each)).text for each in addresses])
    used = {name for names in re.findall(r'class="([^"]*)"', html) for name in names.split()}
    assert classes(STYLE) - used == set()
    frame = Path(pages_module.__file__).parent / "templates"
    templates = [*(Path(__file__).parent / "pages").glob("*.html"), *frame.glob("*.html")]
    markup = "".join(each.read_text() for each in templates)
    for library in ("parts", "forms"):
        macros = re.findall(r"macro ([a-z]\w*)\(", (frame / f"{library}.html").read_text())
        assert {each for each in macros if f"{library}.{each}(" not in markup} == set()


def classes(style: str) -> set[str]:
    """Return the classes that the rules of a style sheet are about."""
    selectors = re.sub(r"\{[^{}]*\}|/\*.*?\*/", "", style, flags=re.DOTALL)
    return set(re.findall(r"\.([a-z][\w-]*)", selectors))


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
