"""What a cell means: text, a day, an amount, one of several choices. What does not fit is said in two sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import TypeVar

from domain.wording.dates import plain_date
from services.programme.sheets.cells import CellFault, NoValue, SheetCell, Value
from services.runtime.base.validation_messages import Unfit, quoted
from services.runtime.web import dates

T = TypeVar("T")

_TIME = re.compile(r"(?<![T\s])[T\s]+\d{1,2}[:.]\d{2}.*$")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})(\s*[/.\-]\s*)(\d{1,2})(\s*[/.\-]\s*(?:\d{4}|\d{2}))")
_AMOUNT = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_DAYS_SINCE = date(1899, 12, 30)
_LIKELY = range(20_000, 75_000)  # 1954 to 2105
_AS_DATE = "Give a date such as 2 October 2015 or 2/10/2015."
_AS_AMOUNT = "Give an amount such as 6 or 4.50."


class DateOrder(Enum):
    """Which number of a date in numbers comes first."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


def text(value: Value) -> str:
    """Return what stands in a cell as people read it. Raises Unfit where it has no value."""
    if isinstance(value, NoValue):
        raise Unfit(value.problem, value.expected)
    return "" if value is None else _written(value)


def day(value: Value, order: DateOrder = DateOrder.DAY_FIRST) -> date | None:
    """Return a day, None where there is none; a time of day behind it is left out. Raises Unfit."""
    match value:
        case None:
            return None
        case datetime():
            return value.date()
        case date():
            return value
        case Decimal():
            raise Unfit(f"{quoted(text(value))} is a number, not a date{_meant(value)}.", "Format the cell as a date.")
    written = _TIME.sub("", text(value))
    return dates.parse_date(_day_first(written) if order is DateOrder.MONTH_FIRST else written)


def amount(value: Value) -> Decimal | None:
    """Return an amount, None where there is none. Raises Unfit."""
    if value is None or isinstance(value, Decimal):
        return value
    written = text(value)
    if isinstance(value, str) and _AMOUNT.fullmatch(written):
        return Decimal(written.replace(",", ""))
    raise Unfit(f"{quoted(written)} is not an amount.", _AS_AMOUNT)


def choice(value: Value, choices: Mapping[str, T]) -> T | None:
    """Return what one of ``choices`` stands for, however it is capitalised; None where there is none. Raises Unfit."""
    written = text(value)
    if not written:
        return None
    for words, chosen in choices.items():
        if written.casefold() == words.casefold():
            return chosen
    raise Unfit(f"{quoted(written)} is not one of the choices.", f"Choose one of: {', '.join(choices)}.")


def read(cell: SheetCell, reading: Callable[[Value], T], faults: list[CellFault]) -> T | None:
    """Return what ``reading`` makes of a cell; where it raises Unfit, add that to ``faults`` and return None."""
    try:
        return reading(cell.value)
    except Unfit as unfit:
        faults.append(CellFault(cell.place, unfit.problem, unfit.expected))
        return None


def is_in_numbers(value: Value) -> bool:
    """Say whether a cell has a date as text in numbers alone, which can be in either order."""
    return isinstance(value, str) and _NUMBERS.search(value) is not None


def order_of(values: list[Value]) -> DateOrder | None:
    """Return which order the dates of a column are in, where one of them tells; None where every one can be both."""
    firsts, seconds = [0], [0]
    for value in values:
        found = _NUMBERS.search(value) if isinstance(value, str) else None
        if found is not None:
            firsts.append(int(found[1]))
            seconds.append(int(found[3]))
    if max(firsts) > 12:
        return DateOrder.DAY_FIRST
    return DateOrder.MONTH_FIRST if max(seconds) > 12 else None


def _written(value: str | bool | date | datetime | time | Decimal) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{plain_date(value)}, {value:%H:%M}"
        case date():
            return plain_date(value)
        case Decimal():
            return format(value.normalize(), "f")
        case time():
            return f"{value:%H:%M}"
    return value


def _day_first(written: str) -> str:
    return _NUMBERS.sub(r"\3\2\1\4", written, count=1)


def _meant(number: Decimal) -> str:
    if number != number.to_integral_value() or int(number) not in _LIKELY:
        return ""
    return f"; perhaps {plain_date(_DAYS_SINCE + timedelta(days=int(number)))} is meant"
