"""Rows as CSV: headings, cells, and no formula in any of them."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from pydantic import BaseModel, Field

from services.runtime.web.lists.csv_text import csv_text


class Judgement(BaseModel):
    """A field within a field."""

    colour: str
    reason: str | None


class Line(BaseModel):
    """Something to list."""

    title: str
    since: date | None = Field(default=None, serialization_alias="from")
    judgement: Judgement | None = None
    partners: tuple[str, ...] = ()
    targets: dict[str, int] = Field(default_factory=dict)
    steps: list[Judgement] = Field(default_factory=list)
    count: int = 0
    core: bool = False


def read(*lines: Line) -> list[dict[str, str]]:
    """Return the lines as a reader of CSV has them."""
    return list(csv.DictReader(io.StringIO(csv_text(Line, lines).decode("utf-8-sig"), newline="")))


def test_a_field_within_a_field_has_a_column_of_its_own() -> None:
    [line] = read(Line(title="One", since=date(2014, 4, 1), judgement=Judgement(colour="green", reason="On time")))
    assert (line["from"], line["judgement.colour"], line["judgement.reason"]) == ("2014-04-01", "green", "On time")


def test_what_is_missing_is_an_empty_cell() -> None:
    [line] = read(Line(title="One"))
    assert (line["from"], line["judgement.colour"], line["partners"]) == ("", "", "")


def test_several_values_stand_in_one_cell() -> None:
    [line] = read(Line(title="One", partners=("BRE", "HAC"), targets={"BRE": 6}, core=True, count=-3))
    assert (line["partners"], line["targets"], line["core"], line["count"]) == ("BRE; HAC", "BRE=6", "true", "-3")


def test_objects_in_a_list_stand_in_one_cell_as_json() -> None:
    [line] = read(Line(title="One", steps=[Judgement(colour="red", reason=None)]))
    assert line["steps"] == '[{"colour": "red", "reason": null}]'


def test_a_list_with_nothing_in_it_still_says_what_it_would_have() -> None:
    assert csv_text(Line, []).decode("utf-8-sig").startswith("title,from,judgement.colour,")


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-2", "@cmd", "\t=1", "\r=1", "\n=1", '=HYPERLINK("http://x")'])
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    [line] = read(Line(title=text, judgement=Judgement(colour=text, reason=text), partners=(text, "BRE")))
    for column in ("title", "judgement.colour", "judgement.reason", "partners"):
        assert line[column].startswith("'"), column


def test_a_text_with_commas_quotes_and_lines_comes_back_as_it_was() -> None:
    text = 'One, "two"\nthree'
    assert read(Line(title=text))[0]["title"] == text


def test_text_that_would_turn_other_text_around_is_shown_without_that() -> None:
    assert read(Line(title="in\u202evoice"))[0]["title"] == "invoice"
