"""Filling a workplan's sheet in as a person does, and recording what comes of it."""

from __future__ import annotations

import csv
from datetime import date
from io import BytesIO, StringIO
from typing import Any

from openpyxl import load_workbook

from services.programme.core.deciding import Context, decide
from services.programme.projects.workplan_sheet.changes import WorkplanChanges, compare
from services.programme.projects.workplan_sheet.layout import workplan_form
from services.programme.projects.workplan_sheet.reading import WorkplanLines, read_workplan
from services.programme.sheets.reading import read_book
from services.programme.sheets.writing import write_book
from tests.programme.partnerships import SECRETARY, Partnership

P01 = "LAP-P01"
HEADINGS = 5


def downloaded(lap: Partnership, project: str = P01) -> bytes:
    """Return the workplan as somebody downloads it."""
    return write_book("Workplan", [workplan_form(lap.register, project, lap.now.date())])


def filled_in(content: bytes, cells: dict[tuple[str, str], Any]) -> bytes:
    """Return a file in which cells, by reference and heading, have other values."""
    book = load_workbook(BytesIO(content))
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[HEADINGS]}
    rows = {row[0].value: row[0].row for row in sheet.iter_rows(min_row=HEADINGS + 1)}
    for (reference, heading), value in cells.items():
        sheet.cell(rows[f"{P01}-{reference}"], columns[heading]).value = value
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def as_csv(content: bytes) -> bytes:
    """Return the first sheet as a spreadsheet application saves it in Britain."""
    saved = StringIO()
    rows = load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    csv.writer(saved).writerows(
        [f"{value.day}/{value.month}/{value.year}" if isinstance(value, date) else value or "" for value in row]
        for row in rows
    )
    return saved.getvalue().encode("cp1252")


def read(lap: Partnership, content: bytes, project: str = P01) -> WorkplanLines:
    """Return the lines of a file."""
    return read_workplan(read_book(content), lap.register, project)


def compared(lap: Partnership, content: bytes, project: str = P01, **chosen: Any) -> WorkplanChanges:
    """Return what a file changes; nothing is wrong with any cell by itself."""
    lines = read(lap, content, project)
    assert lines.faults == ()
    return compare(lap.register, project, lines.lines, **chosen)


def record(lap: Partnership, changes: WorkplanChanges, who: str = SECRETARY) -> None:
    """Have the steps of a file happen, in their order; none is refused."""
    assert changes.faults == ()
    for step in changes.steps:
        lap.happened(*decide(lap.register, step.command, Context(who, lap.now)), who=who)
