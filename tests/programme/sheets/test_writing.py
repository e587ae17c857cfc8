"""Forms as workbooks: what is filled in comes back, what is locked is locked, choices are offered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from services.programme.sheets.reading import read_book
from services.programme.sheets.writing import CHOICES, ColumnKind, FormColumn, SheetForm, write_book

OWNERS = tuple(f"Name of a partner that is rather long ({n})" for n in range(40))
COLUMNS = (
    FormColumn("Reference", 12),
    FormColumn("Owner", 30, open=True, choices=OWNERS, guidance="Who answers for it."),
    FormColumn("Forecast", kind=ColumnKind.DATE, open=True),
    FormColumn("Days", kind=ColumnKind.AMOUNT, open=True),
    FormColumn("Was", hidden=True),
)


EMPTY = (None,) * len(COLUMNS)


def form(*lines, name: str = "Workplan") -> SheetForm:
    return SheetForm(name, "Workplan of P01", ("Fill in the white cells.",), COLUMNS, (*lines, EMPTY, EMPTY))


def test_a_form_comes_back_as_it_was_written_below_its_title_and_headings() -> None:
    # given
    line = ("P01-M01", OWNERS[3], date(2015, 10, 2), Decimal("4.5"), "=cmd()")
    # when
    sheet = read_book(write_book("Title", [form(line)])).shown[0]
    # then
    assert sheet.rows == (
        ("Workplan of P01",),
        ("Fill in the white cells.",),
        (),
        ("Reference", "Owner", "Forecast", "Days", "Was"),
        line,
    )


def test_what_can_be_filled_in_is_open_and_all_else_is_locked() -> None:
    # when
    sheet = load_workbook(BytesIO(write_book("Title", [form(("M01", None, None, None, None))])))["Workplan"]
    # then
    assert sheet.protection.sheet
    assert [[cell.protection.locked for cell in row] for row in sheet["A5:E7"]] == [
        [True, False, False, False, True]
    ] * 3
    assert sheet["A4"].protection.locked
    assert sheet.column_dimensions["E"].hidden


def test_a_table_in_which_nothing_can_be_filled_in_is_not_locked_and_counts_are_numbers() -> None:
    # given
    columns = (FormColumn("Risk"), FormColumn("Score", kind=ColumnKind.COUNT))
    table = SheetForm("Risks", "Risks", (), columns, (("R01", 12),))
    # when
    sheet = load_workbook(BytesIO(write_book("Title", [table])))["Risks"]
    # then
    assert not sheet.protection.sheet
    assert (sheet["B4"].value, sheet["B4"].number_format) == (12, "#,##0")
    assert sheet.freeze_panes == "C4"


def test_choices_lie_on_a_hidden_sheet_of_their_own() -> None:
    # when
    book = load_workbook(BytesIO(write_book("Title", [form(), form(name="Other")])))
    # then
    (rule,) = book["Workplan"].data_validations.dataValidation
    assert (rule.formula1, str(rule.sqref)) == ("Choices!$A$1:$A$40", "B5:B6")
    assert (rule.promptTitle, rule.prompt) == ("Owner", "Who answers for it.")
    assert book[CHOICES].sheet_state == "hidden"
    assert [cell.value for cell in book[CHOICES]["A"]] == list(OWNERS)
    assert book[CHOICES].max_column == 1


def test_sheets_get_names_that_they_may_have_each_once() -> None:
    # when
    names = [f"Brent: [2014/15] {'x' * 30}", f"Brent: [2014/15] {'x' * 30}", "choices", "''"]
    book = load_workbook(BytesIO(write_book("Title", [form(name=name) for name in names])))
    # then
    assert book.sheetnames == [
        "Brent 2014 15 xxxxxxxxxxxxxxxxx",
        "Brent 2014 15 xxxxxxxxxxxxx 2",
        "choices 2",
        "Sheet",
        "Choices",
    ]


TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30).map(str.strip)
AMOUNTS = st.decimals(0, 1_000_000, places=2)
LINES = st.tuples(
    TEXT, TEXT, st.none() | st.dates(date(1901, 1, 1), date(2199, 12, 31)), st.none() | AMOUNTS, st.just("end")
)


@settings(max_examples=30, deadline=None)
@given(st.lists(LINES, max_size=5))
def test_any_lines_come_back(lines) -> None:
    rows = read_book(write_book("Title", [form(*lines)])).shown[0].rows[4:]
    assert list(rows) == [tuple(None if each == "" else each for each in line) for line in lines]
