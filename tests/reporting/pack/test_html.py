"""The page: one file that needs nothing beside it, for every reader and every width."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser

from services.reporting.pack import PREVIEW, Edition
from services.reporting.pack.rendering.as_html import html
from services.reporting.pack.rendering.as_pdf import typesetter
from tests.parts.accessibility import faults
from tests.reporting.pack import reading
from tests.reporting.pack.story import content, story

WORDS_PARTED = """() => {
  const parted = new Set(), walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node; (node = walker.nextNode()); ) {
    if (!node.parentElement.closest('td, th')) continue
    for (const word of node.data.matchAll(/[A-Za-z]{4,14}/g)) {
      const range = document.createRange()
      range.setStart(node, word.index); range.setEnd(node, word.index + word[0].length)
      const tops = [...range.getClientRects()].filter(each => each.width > 0).map(each => Math.round(each.top))
      if (new Set(tops).size > 1) parted.add(word[0])
    }
  }
  return [...parted]
}"""
"""The words of tables that a browser sets on two lines."""


@pytest.fixture(scope="module")
def file() -> bytes:
    return html(content(story()))


def test_it_loads_nothing_and_runs_nothing(file: bytes) -> None:
    page = reading.Page(file)
    assert "script" not in page.tags
    assert all(address.startswith("#") for address in page.loads)
    assert set(re.findall(rb"url\(([^)]{5})", file)) == {b'"data'} | {b"#char"}


def test_a_long_word_breaks_at_its_joints_and_stays_one_word() -> None:
    page = html(content(story(title="archives@stratford-dc.gov.uk <i>"))).decode()
    assert "archives@<wbr>stratford-dc.<wbr>gov.<wbr>uk &lt;i&gt;" in page
    assert "\u200b" not in page
    assert not re.findall(r'"[^"<>]*<wbr>', page)


def test_every_tag_is_closed_and_every_id_is_there_once(file: bytes) -> None:
    page = reading.Page(file)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.parametrize("edition", [PREVIEW, Edition.supplement(1)])
def test_every_link_within_it_leads_somewhere_in_every_edition(edition: Edition) -> None:
    page = reading.Page(html(content(story(), edition)))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


def test_links_lead_to_evidence_on_the_web_and_to_no_other_kind_of_address(file: bytes) -> None:
    page = reading.Page(file)
    outward = {link for link in page.links if not link.startswith("#")}
    assert outward == {"https://archives.example/evidence?of=1&more=2"}


def test_no_two_tables_or_charts_have_the_same_caption(file: bytes) -> None:
    captions = re.findall(r"<caption><span>(.*?)</span>", file.decode())
    assert len(captions) == len(set(captions))


async def test_the_contents_are_at_hand_on_a_phone_and_beside_the_text_on_a_wide_screen(
    browser: Browser, tmp_path: Path, file: bytes
) -> None:
    (tmp_path / "pack.html").write_bytes(file)
    page = await browser.new_page(viewport={"width": 320, "height": 600})
    await page.goto((tmp_path / "pack.html").as_uri())
    await page.evaluate("scrollTo(0, 4000)")
    await page.get_by_role("link", name="Contents", exact=True).click()
    in_view = await page.evaluate("document.querySelector('nav').getBoundingClientRect().top")
    await page.set_viewport_size({"width": 1280, "height": 600})
    seen = await page.get_by_role("link", name="Contents", exact=True).is_visible()
    await page.close()

    assert 0 <= in_view < 600
    assert not seen


async def test_what_edition_it_is_stands_above_the_line_below_the_head_at_every_width(
    browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "pack.html").write_bytes(html(content(story(), Edition.supplement(1))))
    page = await browser.new_page()
    await page.goto((tmp_path / "pack.html").as_uri())
    struck_through = []
    for width in range(320, 720, 20):
        await page.set_viewport_size({"width": width, "height": 600})
        mark, head = [
            await page.evaluate("what => document.querySelector(what).getBoundingClientRect().bottom", what)
            for what in (".furniture .state", ".furniture")
        ]
        if mark >= head:
            struck_through.append(width)
    await page.close()

    assert struck_through == []


async def test_on_paper_a_table_is_a_table_and_nothing_for_screens_is_there(
    browser: Browser, tmp_path: Path, file: bytes
) -> None:
    (tmp_path / "pack.html").write_bytes(file)
    page = await browser.new_page(viewport={"width": 660, "height": 900})
    await page.emulate_media(media="print")
    await page.goto((tmp_path / "pack.html").as_uri())
    rows = await page.evaluate("[...document.querySelectorAll('tr')].map(each => getComputedStyle(each).display)")
    seen = [await page.locator(each).first.is_visible() for each in ("nav", ".skip", ".to-contents")]
    await page.close()

    assert set(rows) == {"table-row"}
    assert seen == [False, False, False]


async def test_it_prints_on_no_more_pages_than_the_pdf_has(browser: Browser, tmp_path: Path, file: bytes) -> None:
    (tmp_path / "pack.html").write_bytes(file)
    page = await browser.new_page()
    await page.goto((tmp_path / "pack.html").as_uri())
    printed = reading.pdf(await page.pdf(prefer_css_page_size=True)).pages
    await page.close()
    assert len(printed) <= len(reading.pdf(typesetter(content(story()))()).pages)
    assert {round(float(each.mediabox.height)) for each in printed} == {842}


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (360, "dark"), (1000, "light"), (1280, "dark")])
async def test_it_is_accessible_and_fits_every_width(
    browser: Browser, tmp_path: Path, file: bytes, width: int, scheme: str
) -> None:
    (tmp_path / "pack.html").write_bytes(file)
    context = await browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = await context.new_page()
    await page.goto((tmp_path / "pack.html").as_uri())

    found = await faults(page)
    parted = await page.evaluate(WORDS_PARTED)
    too_wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    await context.close()

    assert found == []
    assert too_wide == 0
    assert parted == []
