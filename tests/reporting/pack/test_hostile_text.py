"""Whatever people enter comes out as they entered it, in every form, and breaks none."""

from __future__ import annotations

import json
from datetime import date

import pytest
import typst

from contracts.events.projects import MilestoneReforecast
from domain.wording.safe_text import is_web_address, printable
from services.reporting.pack import render
from services.reporting.pack.rendering.as_pdf import STANDARDS, TEMPLATE, source, typesetter
from services.reporting.pack.typeface import MISSING, covered, fonts, in_source_sans
from tests.reporting.pack import reading
from tests.reporting.pack.story import content, story

MARKUP = (
    '#let x = $a_1$ @ref *b* _c_ [d] ] // e /* f */ `g` <h> ~ \\n https://i.j/k = l - m + n "o" \' & '
    "{{ p }} {% q %} </style><script>alert(1)</script> &amp; ${r} %s \\u0041"
)
FOREIGN = "中文 😀 שלום مرحبا é Ωmega Привет \u202ereversed\u202c bell\x07 nul\x00 end"
LONG = "Donaudampfschifffahrtsgesellschaft" * 5


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return render(content(story(title=MARKUP, text=f"{MARKUP}\n\n{FOREIGN}\r\n{LONG}")))


def test_markup_comes_out_literally_on_the_page(files: dict[str, bytes]) -> None:
    page = reading.Page(files["pack.html"])
    assert MARKUP in page.text
    assert "script" not in page.tags
    assert page.open == []


def test_markup_comes_out_literally_in_the_pdf(files: dict[str, bytes]) -> None:
    said = reading.pdf_text(files["pack.pdf"]).replace(" ", "")
    assert MARKUP.replace(" ", "") in said


def test_markup_comes_out_literally_in_the_spreadsheet_and_in_json(files: dict[str, bytes]) -> None:
    assert reading.workbook(files["pack.xlsx"])["Projects"]["B2"].value == MARKUP
    assert json.loads(files["pack.json"])["projects"][0]["title"] == MARKUP


def test_the_page_has_every_sign_and_turns_no_text_round(files: dict[str, bytes]) -> None:
    text = reading.Page(files["pack.html"]).text
    assert "中文 😀 שלום مرحبا é Ωmega Привет reversed bell� nul� end" in text


def test_no_name_is_a_box_in_the_pdf_whatever_its_script() -> None:
    names = "中文 日本語 한국어 😀 שלום مرحبا Ωmega Привет ไทย हिन्दी தமிழ் አማርኛ ქართული Հայերեն ŵŷ ✓"
    assert covered(names) == names
    said = reading.pdf_text(typesetter(content(story(title=names)))())
    assert "中文 日本語 한국어" in said
    assert said.count(MISSING) == said.count(f"In the PDF, {MISSING} stands for a sign") == 1


def test_a_sign_that_no_typeface_has_is_a_box() -> None:
    assert covered("é \U00012000 \ue000") == f"é {MISSING} {MISSING}"


def test_a_drawing_leaves_out_what_source_sans_lacks() -> None:
    assert in_source_sans("M03 العربية English 中 é") == "M03  English  é"


def test_a_very_long_word_stays_within_the_page(files: dict[str, bytes]) -> None:
    for page in reading.pdf(files["pack.pdf"]).pages:
        right_edges: list[float] = []

        def note(text: str, _: object, matrix: list[float], *__: object, edges: list[float] = right_edges) -> None:
            if text.strip():
                edges.append(matrix[4])

        page.extract_text(visitor_text=note)
        assert max(right_edges) < float(page.mediabox.width) - 50


def test_texts_as_long_as_they_may_be_and_dates_far_off_are_set_without_a_warning() -> None:
    far = MilestoneReforecast(milestone="LAP-P01-M02", forecast=date(9999, 12, 31), reason="Some day")
    history = story(title="T" * 200, text="Ten thousand characters. " * 400).told("2014-08-05", far)
    compiler = typst.Compiler(
        TEMPLATE.read_bytes(), root=TEMPLATE.parent, font_paths=fonts(), sys_inputs={"pack": source(content(history))}
    )
    _, warnings = compiler.compile_with_warnings(format="pdf", pdf_standards=STANDARDS, timestamp=0)
    assert warnings == []


def test_control_and_direction_characters_are_taken_out() -> None:
    assert printable("a\x00b\x1bc\u202ed\u2066e\r\nf\tg") == "a�b�cde\nf\tg"


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("https://archives.example/a?b=c&d=e#f", True),
        ("http://archives.example", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ('https://a.example/"onclick="x', False),
        ("https://a.example/ b", False),
        ("ftp://a.example", False),
    ],
)
def test_only_an_address_on_the_web_becomes_a_link(address: str, leads: bool) -> None:
    assert is_web_address(address) is leads
