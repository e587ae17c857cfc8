"""Reading an XLSX file into tables: what each cell shows, and never what it would calculate."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from itertools import repeat
from typing import Any
from zipfile import BadZipFile

from services.programme.sheets import limits
from services.programme.sheets.cells import Book, FileRefused, NoValue, SheetTable, Value
from services.programme.sheets.packages import SAVE_AS, has_formulas

_UNREADABLE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BadZipFile,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What the parser raises on files that are no workbook inside, found with mutated ones."""
_DIGITS = 15
"""Spreadsheets count with that many digits: what stands behind them is noise."""
_ELSEWHERE = re.compile(r"\[\d+\]")
_NOT_CALCULATED = NoValue(
    "The formula has no value yet.", "Open the file in your spreadsheet application, save it, and choose it again."
)
_FROM_ELSEWHERE = NoValue("The value comes from another workbook.", "Write the value itself.")
_WRONG = NoValue("The formula comes to an error.", "Write a value.")
_ENDLESS = NoValue("This is not a number.", "Write a number.")


def read_workbook(content: bytes) -> Book:
    """Return the tables of a workbook, hidden ones marked. Raises FileRefused. Blocking."""
    calculated = has_formulas(content)
    try:
        shown = _opened(content, values=True)
        # Read twice where something is calculated: a cell shows its value or its formula, never both.
        written = _opened(content, values=False) if calculated else [None] * len(shown)
        counter = limits.Counter()
        return Book(tuple(_sheet(*pair, counter) for pair in zip(shown, written, strict=True)))
    except _UNREADABLE:
        raise FileRefused(
            f"The file is damaged: it is no workbook inside. Open it in your spreadsheet application. {SAVE_AS}"
        ) from None


def _sheet(shown: Any, written: Any, counter: limits.Counter) -> SheetTable:
    formulas = map(_formulas, _rows(written)) if written else repeat({})
    rows: list[tuple[Value, ...]] = []
    for number, (row, calculated) in enumerate(zip(_rows(shown), formulas, strict=False), start=1):
        counter.row(number if row else 0, len(row))
        rows.append(_values(row, calculated, counter))
    while rows and not rows[-1]:
        rows.pop()
    return SheetTable(shown.title, tuple(rows), hidden=shown.sheet_state != "visible")


def _formulas(row: Sequence[Any]) -> dict[int, str]:
    """Return the formulas of a row by their place in it."""
    return {place: str(cell.value) for place, cell in enumerate(row) if cell.data_type == "f"}


def _opened(content: bytes, *, values: bool) -> list[Any]:
    from openpyxl import load_workbook  # with defusedxml, which it takes wherever that is installed

    # What openpyxl does not read is nothing to its reader. The filter is one more line however often it is set.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")
    sheets = list(load_workbook(BytesIO(content), read_only=True, data_only=values, keep_links=False).worksheets)
    if len(sheets) > limits.MOST_SHEETS:
        raise FileRefused(f"The workbook has more than {limits.MOST_SHEETS} sheets. Leave out those not needed.")
    return sheets


def _rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    """Yield rows as far as they go and one more than may be; what a file says of its own size is not believed."""
    sheet.reset_dimensions()
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(max_row=limits.MOST_ROWS + 1)
    return rows


def _values(row: Sequence[Any], formulas: Mapping[int, str], counter: limits.Counter) -> tuple[Value, ...]:
    values: list[Value] = []
    for place, cell in enumerate(row):
        value = _value(cell, formulas.get(place))
        if value is not None:
            counter.value(value, place + 1)
            values += [None] * (place - len(values))
            values.append(value)
    return tuple(values)


def _value(cell: Any, formula: str | None) -> Value:
    if formula is not None and _ELSEWHERE.search(formula):
        return _FROM_ELSEWHERE
    if formula is not None and cell.value is None:
        return _NOT_CALCULATED
    return _WRONG if cell.data_type == "e" else _plain(cell.value)


def _plain(value: object) -> Value:
    match value:
        case datetime():
            return value.date() if value.time() == time() else value
        case None | bool() | time() | date():
            return value
        case int() | float():
            return _number(value)
    return str(value).strip() or None


def _number(value: float) -> Value:
    return Decimal(format(value, f".{_DIGITS}g")) if math.isfinite(value) else _ENDLESS
