"""Writing forms that come back: tables in which some cells can be filled in and all others are locked.

A table in which nothing can be filled in is no form: it is there to be read and worked with, and nothing is locked.
Above a table stand its title and what to do; its lines begin below the headings. Choices lie on a hidden sheet of their
own, as a list in a cell may have 255 characters at most. The lock keeps slips away and no one out: it has no password.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from io import BytesIO
from typing import Any

CHOICES = "Choices"
_MOST_NAME = 31
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_FIRST_YEAR = 1900
_TITLE_HEIGHT = 24
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LEAVE = {"format_cells": True, "format_columns": True, "format_rows": True, "sort": False, "autofilter": True}


class ColumnKind(Enum):
    """What is written in a column."""

    TEXT = "text"
    DATE = "date"
    AMOUNT = "amount"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class OneOf:
    """What stands in a cell that has choices of its own."""

    choices: tuple[str, ...]
    chosen: str = ""


Entry = str | int | Decimal | date | OneOf | None


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column of a form. ``guidance`` appears beside a cell that is chosen; hidden ones keep what a line was.

    One that is ``chosen_by_line`` has a ``OneOf`` in each of its cells.
    """

    title: str
    width: int = 16
    kind: ColumnKind = ColumnKind.TEXT
    open: bool = False
    choices: tuple[str, ...] = ()
    guidance: str = ""
    hidden: bool = False
    chosen_by_line: bool = False


@dataclass(frozen=True, slots=True)
class SheetForm:
    """A table to fill in: what it is called, what to do, and its lines."""

    name: str
    title: str
    guidance: tuple[str, ...]
    columns: tuple[FormColumn, ...]
    lines: tuple[tuple[Entry, ...], ...]

    @property
    def is_filled_in(self) -> bool:
        """Whether anything can be filled in."""
        return any(column.open for column in self.columns)


def write_book(title: str, forms: Sequence[SheetForm]) -> bytes:
    """Return an XLSX file with a sheet for each form. Blocking."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]

    file = BytesIO()
    book = Workbook(file, _OPTIONS)
    book.set_properties({"title": title})
    styles = _Styles(book)
    names = _names([form.name for form in forms])
    pages = [book.add_worksheet(name) for name in names]
    choices = _Choices(book)
    for page, form in zip(pages, forms, strict=True):
        _write(page, form, styles, choices)
    book.close()
    return file.getvalue()


def _names(wanted: Sequence[str]) -> list[str]:
    """Return names that sheets may have, each once."""
    names: list[str] = []
    for name in wanted:
        plain = " ".join(name.translate(_NOT_IN_NAMES).split())[:_MOST_NAME].strip() or "Sheet"
        number = 1
        while plain.casefold() in (CHOICES.casefold(), *(each.casefold() for each in names)):
            number += 1
            plain = f"{plain[: _MOST_NAME - 4].rstrip()} {number}"
        names.append(plain)
    return names


class _Styles:
    """The looks of cells, by what is in them and whether they can be filled in."""

    def __init__(self, book: Any) -> None:
        body = {"valign": "top", "text_wrap": True, "font_name": "Calibri", "font_size": 11}
        numbers = {
            ColumnKind.TEXT: "@",
            ColumnKind.DATE: "d mmm yyyy",
            ColumnKind.AMOUNT: "#,##0.00",
            ColumnKind.COUNT: "#,##0",
        }
        self.title = book.add_format({**body, "bold": True, "font_size": 16, "text_wrap": False})
        self.guidance = book.add_format({**body, "text_wrap": False})
        self.heading = book.add_format({**body, "bold": True, "bottom": 1, "bg_color": "#E4E7EB"})
        self._plain = {
            kind: book.add_format({**body, "num_format": number, "align": "left"}) for kind, number in numbers.items()
        }
        self._cells = {
            (kind, is_open): book.add_format(
                {**body, "num_format": number, "align": "left", "locked": not is_open, **_looks(is_open)}
            )
            for kind, number in numbers.items()
            for is_open in (True, False)
        }

    def of(self, column: FormColumn, form: SheetForm) -> Any:
        return self._cells[column.kind, column.open] if form.is_filled_in else self._plain[column.kind]


def _looks(is_open: bool) -> dict[str, Any]:
    return {"border": 1, "border_color": "#6B7280"} if is_open else {"bg_color": "#F3F4F6", "font_color": "#374151"}


class _Choices:
    """The hidden sheet with the choices of all columns, each list once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._page: Any = None
        self._lists: dict[tuple[str, ...], str] = {}

    def reference(self, choices: tuple[str, ...]) -> str:
        """Return where a list lies: ``=Choices!$A$1:$A$3``."""
        if choices not in self._lists:
            self._lists[choices] = self._add(choices)
        return self._lists[choices]

    def _add(self, choices: tuple[str, ...]) -> str:
        from xlsxwriter.utility import xl_range_abs  # type: ignore[import-untyped]

        if self._page is None:
            self._page = self._book.add_worksheet(CHOICES)
            self._page.hide()
            self._page.protect("", _LEAVE)
        place = len(self._lists)
        for row, words in enumerate(choices):
            self._page.write_string(row, place, words)
        return f"={CHOICES}!{xl_range_abs(0, place, len(choices) - 1, place)}"


def _write(page: Any, form: SheetForm, styles: _Styles, choices: _Choices) -> None:
    for row, (words, style) in enumerate(
        [(form.title, styles.title), *((each, styles.guidance) for each in form.guidance)]
    ):
        page.write_string(row, 0, words, style)
    page.set_row(0, _TITLE_HEIGHT)
    headings = len(form.guidance) + 2
    last = headings + len(form.lines)
    for place, column in enumerate(form.columns):
        page.write_string(headings, place, column.title, styles.heading)
        page.set_column(place, place, column.width, None, {"hidden": column.hidden})
        for row in range(headings + 1, last + 1):
            entry = form.lines[row - headings - 1][place]
            if isinstance(entry, OneOf):
                _guide(page, (row, place, row, place), replace(column, choices=entry.choices), choices)
                entry = entry.chosen
            _write_entry(page, row, place, entry, styles.of(column, form))
        if column.open and last > headings and not column.chosen_by_line:
            _guide(page, (headings + 1, place, last, place), column, choices)
    page.freeze_panes(headings + 1, min(2, len(form.columns)))
    if form.is_filled_in:
        page.protect("", _LEAVE)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(headings)


def _write_entry(page: Any, row: int, place: int, entry: str | int | Decimal | date | None, style: Any) -> None:
    match entry:
        case None | "":
            page.write_blank(row, place, None, style)
        case Decimal() | int():
            page.write_number(row, place, float(entry), style)
        case date() if entry.year > _FIRST_YEAR:
            page.write_datetime(row, place, datetime(entry.year, entry.month, entry.day), style)  # noqa: DTZ001
        case _:
            page.write_string(row, place, str(entry), style)


def _guide(page: Any, cells: tuple[int, int, int, int], column: FormColumn, choices: _Choices) -> None:
    """Say at the cells of a column what belongs there. Choices are offered; dates and amounts are checked on return."""
    rule: dict[str, Any] = {"validate": "any"}
    if column.choices:
        rule = {
            "validate": "list",
            "source": choices.reference(column.choices),
            "error_title": column.title[:32],
            "error_message": "Choose one of the list.",
        }
    if column.guidance:
        rule |= {"input_title": column.title[:32], "input_message": column.guidance[:255]}
    if len(rule) > 1:
        page.data_validation(*cells, rule)
