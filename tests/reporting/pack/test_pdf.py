"""The PDF: tagged, accessible, archivable, and set from our own typeface alone."""

from __future__ import annotations

import re

import pytest

from services.reporting.pack import PREVIEW, Edition, PackContent
from services.reporting.pack.rendering.as_pdf import breakable, typesetter
from tests.reporting.pack import reading
from tests.reporting.pack.story import content, story


@pytest.fixture(scope="module")
def made() -> PackContent:
    return content(story())


@pytest.fixture(scope="module")
def file(made: PackContent) -> bytes:
    return typesetter(made)()


def test_it_says_that_it_keeps_pdf_ua_1_and_pdf_a_2a(file: bytes) -> None:
    metadata = reading.pdf(file).trailer["/Root"]["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part>1<", metadata)
    assert re.search(r"pdfaid:part>2<", metadata)
    assert re.search(r"pdfaid:conformance>A<", metadata)


def test_it_has_a_title_a_language_and_bookmarks(made: PackContent, file: bytes) -> None:
    document = reading.pdf(file)
    assert document.metadata is not None
    assert document.metadata.title == made.title
    assert document.trailer["/Root"]["/Lang"] == "en-GB"
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"].value is True
    assert document.outline


def test_its_structure_has_headings_tables_with_header_cells_and_a_table_of_contents(file: bytes) -> None:
    kinds = {element["/S"] for element in reading.structure(reading.pdf(file).trailer["/Root"]["/StructTreeRoot"])}
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/TOC", "/Caption", "/Link"} <= kinds


def test_every_figure_has_an_alternative_in_words(file: bytes) -> None:
    root = reading.pdf(file).trailer["/Root"]["/StructTreeRoot"]
    figures = [element for element in reading.structure(root) if element["/S"] == "/Figure"]
    assert len(figures) == 4
    assert all(figure["/Alt"].endswith("The table has the same.") for figure in figures)


def test_the_contents_give_the_page_of_every_section(made: PackContent, file: bytes) -> None:
    contents = reading.pdf(file).pages[1].extract_text()
    pages = reading.pdf(file).pages
    for section in made.sections:
        entry = re.search(rf"{re.escape(section.title)}\s+(\d+)", contents)
        assert entry is not None
        assert section.title in pages[int(entry[1]) - 1].extract_text()


def test_every_page_but_the_cover_is_numbered_out_of_all(file: bytes) -> None:
    pages = reading.pdf(file).pages
    for number, page in enumerate(pages[1:], start=2):
        assert f"Page {number} of {len(pages)}" in page.extract_text()


def test_a_preview_says_so_on_every_page() -> None:
    pages = reading.pdf(typesetter(content(story(), PREVIEW))()).pages
    assert all("PREVIEW" in page.extract_text() for page in pages)


def test_a_supplement_numbers_its_own_pages() -> None:
    pages = reading.pdf(typesetter(content(story(), Edition.supplement(1)))()).pages
    assert f"Page S1-2 of {len(pages)}" in pages[1].extract_text()


def test_it_is_set_in_the_truetype_faces_of_our_own_typeface(file: bytes) -> None:
    fonts = {
        font.get_object()["/BaseFont"].split("+")[-1]
        for page in reading.pdf(file).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts == {"SourceSansPro-Regular", "SourceSansPro-Semibold"}


def test_a_long_word_gets_places_to_break_and_an_english_one_is_left_to_hyphenation() -> None:
    assert breakable("LAP-P03-M02 telecommunications") == "LAP-P03-M02 telecommunications"
    assert breakable("W" * 15) == "\u200b".join(["W" * 6, "W" * 6, "W" * 3])
