"""What is read shares pages as far as it is sure to fit; what is looked up begins with one of its own."""

from __future__ import annotations

from services.reporting.pack.document import Paragraph, Section
from services.reporting.pack.rendering.as_pdf import typesetter
from services.reporting.pack.room import PAGE, begin_pages, height
from tests.domain.history import History
from tests.reporting.pack import reading
from tests.reporting.pack.story import content

LINE = Paragraph("A line.")


def section(mark: str, millimetres: float) -> Section:
    blocks = (LINE,) * int(millimetres / height([LINE]))
    return Section(mark, f"section-{mark}", "Section", blocks, starts_page=True)


def test_short_sections_share_the_page_after_the_first() -> None:
    sections = [section("2", 40), section("3", 30), section("4", 50)]
    assert begin_pages(sections) == {"section-2"}


def test_a_section_that_might_not_fit_begins_a_page_and_so_does_the_one_after_a_long_one() -> None:
    sections = [section("2", PAGE * 0.6), section("3", PAGE * 0.6), section("4", PAGE * 1.4), section("5", 10)]
    assert begin_pages(sections) == {each.anchor for each in sections}


def test_the_annexes_begin_a_page_however_short_all_before_is() -> None:
    assert begin_pages([section("2", 10), section("A", 10)]) == {"section-2", "section-A"}


def test_the_first_pack_of_a_small_partnership_has_no_page_with_a_sentence_alone() -> None:
    history = History("BRE", "HAC", "HAR").meeting("2014-04-02", "B01", "2014-07-17")
    pages = [page.extract_text() for page in reading.pdf(typesetter(content(history, first=True))()).pages]
    assert "Annex A: Everything that moved" in pages[2]
    assert all(title in pages[1] for title in ("What you are asked to decide", "Programme at a glance", "Load, high"))
