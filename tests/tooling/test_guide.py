"""The guide: every page of it is found, and its links, its pictures and the pages that it names exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.tooling.repository import ROOT
from tools.guide_pictures import FOLDER, PICTURES

GUIDE = ROOT / "docs" / "guide"
PAGES = sorted(GUIDE.glob("*.md"))
MOST_BYTES = 60_000


def place(words: str) -> str:
    """Return the place in a page that a heading makes."""
    return re.sub(r"[^\w -]", "", words.lower()).replace(" ", "-")


def faulty(page: Path, link: str) -> bool:
    path, _, fragment = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.is_file():
        return True
    headings = re.findall(r"^#+ (.+)$", target.read_text(), re.MULTILINE) if fragment else []
    return bool(fragment) and fragment not in map(place, headings)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_of_the_guide_is_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)]+)\)", page.read_text())
    assert [link for link in links if faulty(page, link)] == []


def test_every_page_of_the_guide_is_found_from_its_first() -> None:
    linked = set(re.findall(r"\]\((\w[\w-]*\.md)\)", (GUIDE / "README.md").read_text()))
    assert linked == {page.name for page in PAGES} - {"README.md"}
    assert "docs/guide/README.md" in (ROOT / "README.md").read_text()


def test_the_pictures_are_those_that_are_made_each_of_them_is_shown_and_none_is_heavy() -> None:
    kept = {path.stem for path in FOLDER.glob("*.png")}
    shown = {name for page in PAGES for name in re.findall(r"pictures/([\w-]+)\.png", page.read_text())}
    assert kept == shown == {picture.name for picture in PICTURES}
    assert [path.name for path in FOLDER.glob("*.png") if path.stat().st_size > MOST_BYTES] == []
