"""The spreadsheet: a sheet a list, each a table by name, with values of their own kind."""

from __future__ import annotations

from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from contracts.events.projects import MilestoneReforecast
from services.reporting.pack.rendering.as_xlsx import xlsx
from tests.parts.libreoffice import saved_by_libreoffice
from tests.reporting.pack import reading
from tests.reporting.pack.story import content, story

FORMULAS = ["=1+1", "+SUM(A1)", "-2", "@cmd"]


@pytest.fixture(scope="module")
def file() -> bytes:
    return xlsx(content(story()))


def test_it_has_a_sheet_for_every_table(file: bytes) -> None:
    assert reading.workbook(file).sheetnames == [
        "About",
        "Explanation",
        "Projects",
        "Milestones",
        "Compliance rates",
        "Obligations",
        "Breaches",
        "Derogations",
        "Evidence",
        "Load",
        "Risks",
        "Decisions",
        "Actions",
        "Meetings",
        "Reporting",
    ]


def test_every_sheet_is_a_table_by_a_name_of_its_own_with_a_frozen_header_and_a_filter(file: bytes) -> None:
    """The names are stable: other people's formulas and queries refer to them."""
    names = {}
    for sheet in reading.workbook(file):
        assert sheet.freeze_panes == "B2"
        [table] = sheet.tables.values()
        assert table.ref == f"A1:{sheet.cell(max(sheet.max_row, 2), sheet.max_column).coordinate}"
        assert table.autoFilter.ref == table.ref
        assert [column.name for column in table.tableColumns] == [cell.value for cell in sheet[1]]
        names[sheet.title] = table.name
    assert names == {
        "About": "About",
        "Explanation": "Explanation",
        "Projects": "Projects",
        "Milestones": "Milestones",
        "Compliance rates": "ComplianceRates",
        "Obligations": "Obligations",
        "Breaches": "Breaches",
        "Derogations": "Derogations",
        "Evidence": "Evidence",
        "Load": "Load",
        "Risks": "Risks",
        "Decisions": "Decisions",
        "Actions": "Actions",
        "Meetings": "Meetings",
        "Reporting": "Reporting",
    }


def test_every_sheet_and_every_column_is_explained(file: bytes) -> None:
    book = reading.workbook(file)
    rows = [[cell.value for cell in row] for row in book["Explanation"].iter_rows(min_row=2)]
    told = {(sheet, column): (table, says) for sheet, table, column, _, _, says in rows}
    for sheet in book:
        if sheet.title == "Explanation":
            continue
        for column in (None, *(cell.value for cell in sheet[1])):
            table, says = told.pop((sheet.title, column))
            assert table in sheet.tables
            assert says
    assert told == {}


def test_numbers_say_in_what_they_are_counted(file: bytes) -> None:
    rows = reading.workbook(file)["Explanation"].iter_rows(min_row=2, values_only=True)
    assert [row for row in rows if row[3] == "number" and not row[4]] == []


def test_a_list_without_rows_is_a_table_all_the_same() -> None:
    sheet = reading.workbook(xlsx(content(story(), first=True)))["Breaches"]
    assert sheet.tables["Breaches"].ref == "A1:D2"
    assert [cell.value for cell in sheet[2]] == [None] * 4


def test_dates_are_dates_and_numbers_are_numbers(file: bytes) -> None:
    book = reading.workbook(file)
    milestone = {cell.value: book["Milestones"].cell(3, cell.column).value for cell in book["Milestones"][1]}
    assert milestone["Reference"] == "LAP-P01-M02"
    assert milestone["Forecast"] == datetime(2015, 1, 30)  # noqa: DTZ001 spreadsheets know no zones
    assert milestone["Slip in days"] == 42
    assert book["Meetings"]["C2"].value == time(14, 0)
    assert book["About"]["B6"].value == datetime(2014, 10, 16)  # noqa: DTZ001 as above
    load = {cell.value: book["Load"].cell(5, cell.column).value for cell in book["Load"][1]}
    assert (load["Partner"], load["Released days"], load["Load ratio"]) == ("LMA", 20, 4)


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    book = reading.workbook(xlsx(content(story(title=text))))
    cell = book["Projects"]["B2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix


def test_a_date_that_spreadsheets_do_not_know_is_written_as_text() -> None:
    history = story().told(
        "2014-08-05", MilestoneReforecast(milestone="LAP-P01-M03", forecast=date(1899, 1, 1), reason="x")
    )
    assert reading.workbook(xlsx(content(history)))["Milestones"]["F4"].value == "1899-01-01"


def test_it_was_created_at_the_cut_off_and_is_packed_without_what_depends_on_the_machine(file: bytes) -> None:
    assert reading.workbook(file).properties.created == datetime(2014, 10, 3, 16, 0)  # noqa: DTZ001 as above
    for part in ZipFile(BytesIO(file)).infolist():
        assert part.date_time == (1980, 1, 1, 0, 0, 0)
        assert part.compress_type == ZIP_STORED


@pytest.mark.libreoffice
def test_libreoffice_reads_dates_as_dates_and_text_as_text(tmp_path: Path) -> None:
    saved = reading.workbook(saved_by_libreoffice(xlsx(content(story(title="=1+1"))), tmp_path))

    assert saved["Milestones"]["F3"].value == datetime(2015, 1, 30)  # noqa: DTZ001 as above
    assert saved["Milestones"]["F3"].is_date
    assert saved["Meetings"]["C2"].value == time(14, 0)
    assert (saved["Projects"]["B2"].value, saved["Projects"]["B2"].data_type) == ("=1+1", "s")
    assert saved["Projects"].tables["Projects"].autoFilter is not None
