"""Workbooks come out as what their cells show, wherever they were saved."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from services.programme.sheets.cells import NoValue, letters
from services.programme.sheets.reading import read_book
from tests.programme.sheets.files import part, sheet_part, with_parts, workbook

MIDNIGHT, FIVE = datetime.fromisoformat("2015-10-02"), datetime.fromisoformat("2015-10-02T17:00")
SHEET = "xl/worksheets/sheet1.xml"
SAVED_BY_LIBREOFFICE = Path(__file__).parent / "saved_by_libreoffice.xlsx"


def values_of(content: bytes):
    return [list(row) for row in read_book(content).sheets[0].rows]


def test_cells_have_the_values_that_a_person_sees() -> None:
    # given
    content = workbook([["Title", 7, 4.5, 0.1 + 0.2, True, MIDNIGHT, FIVE]])
    # then
    assert values_of(content) == [["Title", Decimal(7), Decimal("4.5"), Decimal("0.3"), True, date(2015, 10, 2), FIVE]]


def test_cells_stand_where_they_stood_however_many_are_empty_before_them() -> None:
    # given
    content = workbook([[], [], [None, None, "here"], [], ["there"], [" "], []])
    # when
    sheet = read_book(content).sheets[0]
    # then
    assert (sheet.cell(3, 3).value, sheet.cell(3, 3).place) == ("here", "Sheet1, C3")
    assert sheet.cell(5, 1).value == "there"
    assert sheet.cell(99, 99).value is None
    assert len(sheet.rows) == 5


def test_dates_are_the_same_in_workbooks_that_count_from_1904() -> None:
    assert values_of(workbook([[date(2015, 10, 2)]], date_1904=True)) == [[date(2015, 10, 2)]]


def test_what_a_formula_came_to_is_its_value() -> None:
    assert values_of(workbook([["=3+4", 1]])) == [[Decimal(7), Decimal(1)]]


def test_a_formula_that_was_never_calculated_is_no_empty_cell() -> None:
    # given
    content = workbook([["=3+4", "next"]])
    uncalculated = part(content, SHEET).replace(b"<v>7</v>", b"")
    # when
    value, following = values_of(with_parts(content, {SHEET: uncalculated}))[0]
    # then
    assert isinstance(value, NoValue)
    assert value.problem == "The formula has no value yet."
    assert following == "next"


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        (b'<c r="A1"><f>[1]Plan!A1</f><v>7</v></c>', "The value comes from another workbook."),
        (b'<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "The formula comes to an error."),
        (b'<c r="A1"><v>1E999</v></c>', "This is not a number."),
    ],
)
def test_what_is_no_value_says_so(cell: bytes, problem: str) -> None:
    # given
    content = with_parts(workbook([["x"]]), {SHEET: sheet_part(b'<row r="1">' + cell + b"</row>")})
    # when
    value = values_of(content)[0][0]
    # then
    assert isinstance(value, NoValue)
    assert value.problem == problem


def test_a_serial_number_beyond_all_dates_is_an_error_and_no_warning() -> None:
    # given
    content = workbook([[date(2015, 10, 2)]])
    beyond = part(content, SHEET).replace(b"<v>42279</v>", b"<v>99999999999</v>")
    # then
    assert isinstance(values_of(with_parts(content, {SHEET: beyond}))[0][0], NoValue)


def test_hidden_sheets_are_read_and_marked() -> None:
    # given
    content = workbook([["a"]], [["b"]], [])
    hidden = part(content, "xl/workbook.xml").replace(b'name="Sheet2"', b'name="Sheet2" state="hidden"')
    # when
    book = read_book(with_parts(content, {"xl/workbook.xml": hidden}))
    # then
    assert [(sheet.name, sheet.hidden) for sheet in book.sheets] == [
        ("Sheet1", False),
        ("Sheet2", True),
        ("Sheet3", False),
    ]
    assert [sheet.name for sheet in book.shown] == ["Sheet1"]


def test_a_size_that_a_sheet_claims_is_not_believed() -> None:
    # given
    content = workbook([["a"], ["b"]])
    claimed = part(content, SHEET).replace(b'<dimension ref="A1:A2"/>', b'<dimension ref="A1:A1"/>')
    # then
    assert claimed != part(content, SHEET)
    assert values_of(with_parts(content, {SHEET: claimed})) == [["a"], ["b"]]


def test_a_file_that_libreoffice_saved_is_read_as_it_was_written() -> None:
    # when
    rows = read_book(SAVED_BY_LIBREOFFICE.read_bytes()).shown[0].rows
    # then
    assert rows == (
        ("Milestone", "Due", "Days", "At", "Agreed"),
        ("Café opens – “soon”", date(2015, 10, 2), Decimal("4.5"), time(17, 0), True),
        (None, date(2016, 2, 29), Decimal(9)),
    )


@pytest.mark.parametrize(("column", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")])
def test_columns_are_called_as_in_a_spreadsheet(column: int, name: str) -> None:
    assert letters(column) == name
