"""The page: one file that needs nothing beside it, for every reader and every width."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser

from services.reporting.pack import PREVIEW, Edition
from services.reporting.pack.rendering.as_html import html
from tests.parts.accessibility import faults
from tests.reporting.pack import reading
from tests.reporting.pack.story import content, story


@pytest.fixture(scope="module")
def file() -> bytes:
    return html(content(story()))


def test_it_loads_nothing_and_runs_nothing(file: bytes) -> None:
    page = reading.Page(file)
    assert "script" not in page.tags
    assert all(address.startswith("#") for address in page.loads)
    assert set(re.findall(rb"url\(([^)]{5})", file)) == {b'"data'} | {b"#char"}


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


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")])
async def test_it_is_accessible_and_fits_every_width(
    browser: Browser, tmp_path: Path, file: bytes, width: int, scheme: str
) -> None:
    (tmp_path / "pack.html").write_bytes(file)
    context = await browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = await context.new_page()
    await page.goto((tmp_path / "pack.html").as_uri())

    found = await faults(page)
    too_wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    await context.close()

    assert found == []
    assert too_wide == 0
