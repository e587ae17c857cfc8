"""The PDF: tagged, accessible, archivable, and set from our own typeface alone."""

from __future__ import annotations

import re

import pytest

from services.reporting.pack import PREVIEW, Edition, PackContent
from services.reporting.pack.rendering.as_pdf import typesetter
from services.reporting.pack.rendering.breaking import BREAK, breakable
from services.reporting.pack.rendering.row_headers import with_row_headers
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
    assert [figure["/Alt"].rpartition(". ")[2] for figure in figures] == [
        "1 of 3 milestones done; furthest behind is First ten services live, +42\u00a0days",
        "No milestones",
        "The table in annex C has the same.",
        "The table has the same.",
    ]


def test_the_contents_give_the_page_of_every_section(made: PackContent, file: bytes) -> None:
    contents = reading.pdf(file).pages[0].extract_text()
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


def test_every_row_of_a_table_has_its_header_which_its_cells_name(file: bytes) -> None:
    document = reading.pdf(file)
    root = document.trailer["/Root"]["/StructTreeRoot"]
    rows = [element for element in reading.structure(root) if element["/S"] == "/TR"]
    below = [row for row in rows if row["/P"]["/S"] == "/TBody"]
    assert below
    for row in below:
        first, *others = (cell.get_object() for cell in row["/K"])
        attributes = first["/A"][0]
        assert (first["/S"], attributes["/Scope"]) == ("/TH", "/Row")
        assert all(first["/ID"] in cell["/A"][0]["/Headers"] for cell in others)
    names = [name for name in root["/IDTree"]["/Names"] if isinstance(name, str | bytes)]
    assert names == sorted(names)
    assert len(names) == len(set(names))


def test_what_typst_did_not_write_is_given_no_row_headers() -> None:
    with pytest.raises(ValueError, match="no PDF as typst writes it"):
        with_row_headers(b"%PDF-1.7\n")


def test_a_place_to_break_is_no_character_of_the_text() -> None:
    address = "archives.and.local.studies@stratford-upon-avon-district.example"
    said = "".join(page.extract_text() for page in reading.pdf(typesetter(content(story(title=address)))()).pages)
    assert not re.findall("[\u200b\u2060\ufeff]", said)
    assert address in said


def test_no_word_that_can_stand_on_a_line_of_its_own_is_parted() -> None:
    title = "Newcastle-under-Lyme/Stratford-upon-Avon telecommunications in Nottinghamshire"
    said = "".join(page.extract_text() for page in reading.pdf(typesetter(content(story(title=title)))()).pages)
    assert re.findall("\\w+\u00ad\\s*\\w+", said) == []


def test_a_reference_stays_on_one_line() -> None:
    file = typesetter(content(story(title="Fiftieth anniversary of the London boroughs")))()
    said = "".join(page.extract_text() for page in reading.pdf(file).pages)
    assert re.findall(r"\bLAP-\n|\bLAP-[A-Z]\d+-\n", said) == []
    assert "LAP-P01 Fiftieth" in said


@pytest.mark.parametrize(
    ("entered", "lines"),
    [
        ("LAP-P03-M02 telecommunications", ["LAP-P03-M02 telecommunications"]),
        ("Newcastle-under-Lyme/Stratford-upon-Avon", ["Newcastle-under-Lyme/", "Stratford-upon-Avon"]),
        ("archives@stratford-dc.gov.uk", ["archives@", "stratford-dc.", "gov.", "uk"]),
        ("https://example.org/a?b=c", ["https://", "example.", "org/", "a?", "b=", "c"]),
        ("<script>alert(1)</script>", ["<script>", "alert(1)</", "script>"]),
        ("shared_local_studies_list", ["shared_", "local_", "studies_", "list"]),
        ("W" * 15, ["W" * 6, "W" * 6, "W" * 3]),
        ("\u0645" * 30, ["\u0645" * 30]),
        ("(Donaudampfschifffahrt)", ["(Donaudampfschifffahrt)"]),
    ],
)
def test_a_long_word_may_break_at_its_joints_and_elsewhere_only_if_it_is_none(entered: str, lines: list[str]) -> None:
    assert breakable(entered).split(BREAK) == lines
