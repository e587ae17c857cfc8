"""The pages of all services as people walk through them: from Home, by links, in two steps, on any screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import httpx
import pytest
from playwright.async_api import Browser

from services.cli.serve import SERVICES
from tests.cli.command import ROOT, SMALL, Running
from tests.parts.accessibility import faults_by_day_and_night
from tests.parts.sessions import became

HOME = "/home/NFA"
OFFICE = "  - {key: office, name: Programme office, email: office@alliance.example, roles: [secretary]}\n"
SECRETARY = "NFA-U006"
MENU = ["Home", "My return", "Projects", "Commitments", "Board", "Risks", "Partners", "Packs", "Office"]
PAGES = {
    HOME,
    *(
        f"/{room}/NFA"
        for room in ("projects", "commitments", "board", "risks", "partners", "packs", "office", "emails")
    ),
    *("/projects/NFA/P01", "/commitments/NFA/C1", "/partners/NFA/DUR", "/packs/NFA/B01"),
    *("/board/NFA/B01", "/board/NFA/decisions", "/board/NFA/actions"),
    *("/keys", "/office/dead-letters", "/packs/dead-letters", "/emails/dead-letters"),
    *("/office/blocked-partnerships", "/packs/blocked-partnerships", "/emails/blocked-partnerships"),
    *("/accessibility", "/privacy", "/api/docs", "/account", "/become"),
}
STEPS = 2


class Links(HTMLParser):
    """The links of a page, the words of its menu, and the places in it that a link can lead to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.places: set[str] = set()
        self.feed(text)
        menu = re.search(r'<nav class="site-nav".*?</nav>', text, re.DOTALL)
        self.menu = re.findall(r">([^<>]+)</a>", menu[0]) if menu else []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.places.add(given.get("id") or "")
        if tag == "a":
            self.addresses.append(given["href"] or "")


@dataclass
class Walk:
    """What the secretary finds by following every link from Home: each page by its path, and how many steps away."""

    url: str
    pages: dict[str, Links] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)
    refused: list[tuple[str, str, int]] = field(default_factory=list)
    cookies: dict[str, str] = field(default_factory=dict)

    def walk(self) -> None:
        with httpx.Client(base_url=self.url, timeout=60, headers={"Accept": "text/html"}) as client:
            became(client, SECRETARY)
            self.cookies = dict(client.cookies)
            following = [("", HOME)]
            for step in range(STEPS + 2):
                following = [link for each in following for link in self._visit(client, step, *each)]

    def _visit(self, client: httpx.Client, step: int, came_from: str, address: str) -> Iterator[tuple[str, str]]:
        if address in self.steps:
            return
        self.steps[address] = step
        answer = client.get(address, follow_redirects=address == "/")
        if answer.status_code != 200:
            self.refused.append((came_from, address, answer.status_code))
        elif answer.headers["content-type"].startswith("text/html") and "site-header" in answer.text:
            self.pages[address] = Links(answer.text)
            if not address.startswith("/api/"):  # what describes the API is for software, and tested where it is made
                yield from ((address, link) for link in internal(self.pages[address], address))


def internal(page: Links, address: str) -> list[str]:
    """Return the addresses that a page leads to on the same site, without the place in the page."""
    found = (urldefrag(str(httpx.URL(f"http://site{address}").join(link)))[0] for link in page.addresses)
    return [link.removeprefix("http://site") for link in found if link.startswith("http://site/")]


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """A demonstration of the small example, whose history was played, and all that its secretary finds in it."""
    folder: Path = tmp_path_factory.mktemp("rooms")
    people, commitments, rest = SMALL.read_text().partition("commitments:\n")
    file = folder / "with-a-secretary.yaml"
    file.write_text(people + OFFICE + commitments + rest)
    with Running(("demo", "--data", folder / "data", "--file", file, "--port", "0")) as running:
        said = running.until_said("Ctrl-C stops it;")
        found = Walk(said.split("Web pages   ")[1].split(HOME)[0])
        found.walk()
        yield found


def test_every_link_leads_somewhere(walk: Walk) -> None:
    assert walk.refused == []


def test_every_place_in_a_page_that_a_link_names_is_there(walk: Walk) -> None:
    for address, page in walk.pages.items():
        for link in page.addresses:
            target = httpx.URL(f"http://site{address}").join(link)
            path = target.copy_with(fragment=None).raw_path.decode()
            if target.host == "site" and target.fragment and path in walk.pages:
                assert target.fragment in walk.pages[path].places, (address, link)


def test_every_page_is_at_most_two_steps_from_home(walk: Walk) -> None:
    assert {page: walk.steps.get(page) for page in PAGES if walk.steps.get(page, STEPS + 1) > STEPS} == {}


def test_every_page_that_the_guide_names_is_there(walk: Walk) -> None:
    guide = "".join(page.read_text() for page in (ROOT / "docs" / "guide").glob("*.md"))
    named = {name.replace("LAP", "NFA") for name in re.findall(r"`(/[^`]+)`", guide)}
    assert len(named) > len(MENU)
    with httpx.Client(base_url=walk.url, headers={"Accept": "text/html"}, cookies=walk.cookies, timeout=60) as client:
        answers = {name: client.get(name, follow_redirects=True).status_code for name in named}
    assert {name: status for name, status in answers.items() if status != 200} == {}


def test_no_address_and_no_menu_names_a_service(walk: Walk) -> None:
    first_segments = {urlsplit(address).path.split("/")[1] for address in walk.steps}
    assert first_segments.isdisjoint(SERVICES)
    for address, page in walk.pages.items():
        if "/NFA" in address and not address.startswith("/account/"):  # an account is of no partnership
            assert page.menu[: len(MENU)] == MENU, address


def test_a_room_of_a_partnership_in_which_one_has_no_role_is_shut_whether_or_not_there_is_one(walk: Walk) -> None:
    for room in [*("home", "return", "projects", "packs", "office", "emails")]:
        answer = httpx.get(f"{walk.url}/{room}/XYZ", headers={"Accept": "text/html"}, cookies=walk.cookies, timeout=60)
        assert (answer.status_code, "site-header" in answer.text) == (403, True), room


def test_a_stranger_finds_sign_in_with_the_way_back_and_nothing_of_any_partnership(walk: Walk) -> None:
    for path in ("/", "/home/", HOME, "/home/XYZ", "/projects/NFA/P01?as_at=2014-10-01"):
        answer = httpx.get(f"{walk.url}{path}", headers={"Accept": "text/html"}, follow_redirects=True, timeout=60)
        assert answer.url.path == "/sign-in", path
        assert answer.url.params["next"] == ("/home/" if path == "/" else path)
        assert "Northern Fire" not in answer.text


async def test_every_page_is_without_a_fault_that_axe_knows(walk: Walk, browser: Browser) -> None:
    found = []
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    await context.add_cookies([{"name": n, "value": v, "url": walk.url} for n, v in walk.cookies.items()])
    page = await context.new_page()
    for address in sorted(PAGES):
        await page.goto(walk.url + address)
        found += [f"{address} {fault}" for fault in await faults_by_day_and_night(page)]
    await context.close()
    assert not found, "\n".join(found)


async def test_no_page_is_wider_than_a_narrow_phone(walk: Walk, browser: Browser) -> None:
    context = await browser.new_context(viewport={"width": 320, "height": 640})
    await context.add_cookies([{"name": n, "value": v, "url": walk.url} for n, v in walk.cookies.items()])
    page = await context.new_page()
    wide = []
    for address in sorted(PAGES):
        await page.goto(walk.url + address)
        assert page.url == walk.url + address
        if await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(address)
    await context.close()
    assert wide == []
