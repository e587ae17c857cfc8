"""A name that runs from right to left stands by itself in a sentence that does not."""

from __future__ import annotations

import pytest

from services.reporting.pack.rendering.as_html import html
from services.reporting.pack.rendering.as_pdf import typesetter
from services.reporting.pack.rendering.direction import END, ISOLATE, RIGHT_TO_LEFT, isolated
from tests.reporting.pack import reading
from tests.reporting.pack.story import content, story

COUNCIL, ARCHIVE = "مجلس بلدية", "ארכיון"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Brent and Cyngor Sir Ynys Môn", "Brent and Cyngor Sir Ynys Môn"),
        (f"Silent: {COUNCIL} (3)", f"Silent: {ISOLATE}{COUNCIL}{END} (3)"),
        (f"{COUNCIL}, {ARCHIVE} and Brent", f"{ISOLATE}{COUNCIL}{END}, {ISOLATE}{ARCHIVE}{END} and Brent"),
        (f"{COUNCIL} — {ARCHIVE}: breach", f"{ISOLATE}{COUNCIL} — {ARCHIVE}{END}: breach"),
        (f"{COUNCIL} (3)", f"{RIGHT_TO_LEFT}{COUNCIL} (3)"),
        (f"Brent\n{ARCHIVE}", f"Brent\n{RIGHT_TO_LEFT}{ARCHIVE}"),
    ],
)
def test_names_in_a_sentence_are_marked_and_a_line_of_nothing_else_as_a_whole(text: str, marked: str) -> None:
    assert isolated(text) == marked


def test_the_page_has_an_element_about_each_such_name_and_no_mark_in_its_text() -> None:
    page = html(content(story(title=f"{COUNCIL} now"))).decode()
    assert f"<bdi>{COUNCIL}</bdi> now" in page
    assert not any(mark in "".join(reading.Page(page.encode()).words) for mark in (ISOLATE, RIGHT_TO_LEFT, END))


def test_what_stands_after_such_a_name_in_the_pdf_stays_after_it_and_no_mark_is_in_its_text() -> None:
    made = content(story(title=f"{ARCHIVE} (3) now"))
    document = reading.pdf(typesetter(made)())
    text = "".join(page.extract_text() for page in document.pages)
    assert "(3) now" in text
    assert not any(mark in text for mark in (ISOLATE, RIGHT_TO_LEFT, END))
