"""Text with separators comes out the same, whatever application and whatever country saved it."""

from __future__ import annotations

import codecs
import csv
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.programme.sheets.cells import FileRefused
from services.programme.sheets.reading import read_book

ROWS = (
    ("Milestone", "Owner", "Due"),
    ("Café opens, “soon”; perhaps", "Brent", "2/10/2015"),
    ("Two\nlines", None, "3/10/2015"),
)
ENCODINGS = {
    "utf-8": lambda text: text.encode(),
    "utf-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "utf-16 little": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "utf-16 big": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "utf-16 without a mark": lambda text: text.encode("utf-16-le"),
    "windows-1252": lambda text: text.encode("cp1252"),
}


def written(rows, separator: str, line_end: str = "\r\n") -> str:
    file = StringIO()
    csv.writer(file, delimiter=separator, lineterminator=line_end).writerows(
        [["" if each is None else each for each in row] for row in rows]
    )
    return file.getvalue()


def rows_of(content: bytes):
    return read_book(content).sheets[0].rows


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_every_separator_and_encoding_gives_the_same_table(encoding: str, separator: str, line_end: str) -> None:
    assert rows_of(ENCODINGS[encoding](written(ROWS, separator, line_end))) == ROWS


def test_the_line_that_names_the_separator_is_none_of_the_table() -> None:
    assert rows_of(b"sep=;\r\na,b;c\r\n1,2;3\r\n") == (("a,b", "c"), ("1,2", "3"))


def test_a_table_of_one_column_is_one() -> None:
    assert rows_of(b"Milestone\nOne\nTwo\n") == (("Milestone",), ("One",), ("Two",))


def test_a_cell_is_found_where_a_spreadsheet_shows_it() -> None:
    cell = read_book(b'a,b\n"two\nlines",c\nd,e\n').sheets[0].cell(3, 2)
    assert (cell.value, cell.place) == ("e", "B3")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'a,b\n1,2\n3,"never ends\n4,5\n', "The row that begins in line 3 cannot be read: a quotation mark"),
        (b'a,b\n"1"x,2\n', "The row that begins in line 2 cannot be read"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "neither a workbook nor text"),
        (b"caf\x81,1\n", "neither a workbook nor text"),
        (codecs.BOM_UTF32_LE + "a".encode("utf-32-le"), "neither a workbook nor text"),
        (codecs.BOM_UTF8 + b"caf\xe9", "neither a workbook nor text"),
        (b" \n \n", "neither a workbook nor text"),
        (b",,\n,,\n", "nothing in the file"),
        (b"a\n" * 5_001, "more than 5,000 rows"),
        (b"a," * 1_001, "more than 1,000 columns"),
        (b"a," * 900 + b"\n" + b"".join(b"1," * 900 + b"\n" for _ in range(120)), "more than 100,000 filled cells"),
        (b'"' + b"a" * 40_000 + b'",b\n', "more text than is read"),
        (b'"' + b"a" * 200_000 + b'",b\n', "more text than is read"),
    ],
    ids=[
        "open quotes",
        "text behind quotes",
        "picture",
        "no 1252",
        "utf-32",
        "no utf-8",
        "blank",
        "separators",
        "long",
        "wide",
        "cells",
        "text",
        "field",
    ],
)
def test_a_text_that_is_no_table_gets_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_book(content)
    assert said in str(refused.value)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12).map(str.strip)
TABLES = st.lists(st.lists(TEXT, min_size=2, max_size=4), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(TABLES, st.sampled_from(",;\t"), st.sampled_from(["utf-8-sig", "utf-16"]))
def test_what_is_written_with_a_named_separator_comes_back(table, separator: str, encoding: str) -> None:
    # given
    filled = [["Milestone", "Due"], *table]
    # when
    content = (f"sep={separator}\r\n" + written(filled, separator)).encode(encoding)
    # then
    padded = [list(row) + [None] * 4 for row in rows_of(content)]
    assert len(padded) <= len(filled)
    for row, back in zip(filled, padded, strict=False):
        assert [each or None for each in row] == back[: len(row)]
