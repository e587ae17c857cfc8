"""The spreadsheet: the tables, with values of their own kind."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

import pytest

from contracts.events.projects import MilestoneReforecast
from services.reporting.pack.rendering.as_xlsx import xlsx
from tests.reporting.pack import reading
from tests.reporting.pack.story import content, story

FORMULAS = ["=1+1", "+SUM(A1)", "-2", "@cmd"]


@pytest.fixture(scope="module")
def file() -> bytes:
    return xlsx(content(story()))


def test_it_has_a_sheet_for_every_table(file: bytes) -> None:
    assert reading.workbook(file).sheetnames == [
        "About",
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


def test_every_sheet_has_a_frozen_header_and_a_filter(file: bytes) -> None:
    for sheet in reading.workbook(file):
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref.startswith("A1:")


def test_dates_are_dates_and_numbers_are_numbers(file: bytes) -> None:
    book = reading.workbook(file)
    milestone = {cell.value: book["Milestones"].cell(3, cell.column).value for cell in book["Milestones"][1]}
    assert milestone["Reference"] == "LAP-P01-M02"
    assert milestone["Forecast"] == datetime(2015, 1, 30)  # noqa: DTZ001 spreadsheets know no zones
    assert milestone["Slip in days"] == 42
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
