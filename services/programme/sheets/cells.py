"""A spreadsheet as plain tables of cells: what reading comes to, whatever the file was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class NoValue:
    """What stands in a cell that gives no value: why, and what would be right, each a sentence."""

    problem: str
    expected: str


Value = str | Decimal | date | datetime | time | bool | NoValue | None
"""A date that has no time of day is a ``date``. None is an empty cell; no text is empty."""


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A value and where it stands; rows and columns count from 1, and 0 is a column that the table lacks.

    ``sheet`` is empty in a file that has but one.
    """

    sheet: str
    row: int
    column: int
    value: Value

    @property
    def place(self) -> str:
        """Where it stands, as people find it: ``Milestones, D7``."""
        return place(self.sheet, f"{letters(self.column)}{self.row}" if self.column else f"row {self.row}")


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A table of a file. Rows are as long as their last value; rows that are empty at the end are left out."""

    name: str
    rows: tuple[tuple[Value, ...], ...]
    hidden: bool = False

    def cell(self, row: int, column: int) -> SheetCell:
        """Return a cell, empty where the table does not reach."""
        values = self.rows[row - 1] if 0 < row <= len(self.rows) else ()
        return SheetCell(self.name, row, column, values[column - 1] if 0 < column <= len(values) else None)

    def row(self, row: int) -> Iterator[SheetCell]:
        """Yield the cells of a row as far as they are filled."""
        return (SheetCell(self.name, row, column, value) for column, value in enumerate(self.rows[row - 1], start=1))


@dataclass(frozen=True, slots=True)
class Book:
    """The tables of a file, in its order."""

    sheets: tuple[SheetTable, ...]

    @property
    def shown(self) -> tuple[SheetTable, ...]:
        """The tables that a person sees and that have something in them."""
        return tuple(sheet for sheet in self.sheets if sheet.rows and not sheet.hidden)


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong at a place of a file and what would be right, each a sentence."""

    place: str
    problem: str
    expected: str = ""

    def __str__(self) -> str:
        """Return the fault in one line, its place first: ``Milestones, D7: “soon” is not a date. Give …``."""
        return f"{self.place}: {self.problem} {self.expected}".rstrip()


class FileRefused(Exception):
    """A file cannot be read at all; the message is a sentence for whoever sent it."""


def letters(column: int) -> str:
    """Return what a spreadsheet calls a column that counts from 1: ``A``, ``Z``, ``AA``."""
    name = ""
    while column > 0:
        column, place_in_alphabet = divmod(column - 1, 26)
        name = chr(ord("A") + place_in_alphabet) + name
    return name


def place(sheet: str, within: str) -> str:
    """Return where something stands: with its sheet, where the file has several."""
    return f"{sheet}, {within}" if sheet else within
