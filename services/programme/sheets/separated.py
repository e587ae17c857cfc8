"""Reading text with separators: comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252; line ends within quotes."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter as Tally
from collections.abc import Iterator
from io import StringIO
from itertools import islice

from services.programme.sheets import limits
from services.programme.sheets.cells import Book, FileRefused, SheetTable

_SEPARATORS = ",;\t"
_LOOKED_AT = 30
_FIELD_TOO_LONG = "field limit"
_STATED = re.compile(r"\"?sep=([^\r\n\"])\"?\r?\n", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, None),
    (codecs.BOM_UTF32_BE, None),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NO_TEXT = "This is neither a workbook nor text. Save it as an Excel workbook (.xlsx) or as CSV, and choose that file."


def read_separated(content: bytes) -> Book:
    """Return the one table of a file of text, without a name; every value is text. Raises FileRefused."""
    text = _text(content)
    stated = _STATED.match(text)
    if stated is None:
        return _book(text, _separator(text))
    # Excel reads this line and does not show it: rows count as they do there.
    return _book(text[stated.end() :], stated[1])


def _book(text: str, separator: str) -> Book:
    counter = limits.Counter()
    rows: list[tuple[str | None, ...]] = []
    for number, record in enumerate(_records(text, separator), start=1):
        counter.row(number, len(record))
        row = [each.strip() or None for each in record]
        while row and row[-1] is None:
            row.pop()
        for column, value in enumerate(row, start=1):
            if value is not None:
                counter.value(value, column)
        rows.append(tuple(row))
    while rows and not rows[-1]:
        rows.pop()
    return Book((SheetTable("", tuple(rows)),))


def _text(content: bytes) -> str:
    """Return what the bytes say. Windows-1252 is what nothing else is."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            text = _decoded(content.removeprefix(mark), encoding)
            break
    else:
        text = _decoded(content, _without_mark(content))
    if "\x00" in text or not text.strip():
        raise FileRefused(_NO_TEXT)
    return text


def _without_mark(content: bytes) -> str:
    sample = content[:2_000]
    if sample.count(0) > len(sample) // 4:
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    try:
        content.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _decoded(content: bytes, encoding: str | None) -> str:
    try:
        return content.decode(encoding or "")
    except (LookupError, UnicodeDecodeError):
        raise FileRefused(_NO_TEXT) from None


def _separator(text: str) -> str:
    """Return the separator by which the first rows come out as wide as each other; a comma where none does."""
    return max(_SEPARATORS, key=lambda each: _evenness(text, each))


def _evenness(text: str, separator: str) -> tuple[float, int]:
    """Return how many of the first rows have the commonest width above one, as a share, and that width."""
    try:
        widths = [len(record) for record in islice(_records(text, separator), _LOOKED_AT) if any(record)]
    except FileRefused:
        return (0.0, 0)
    several = Tally(width for width in widths if width > 1)
    if not several:
        return (0.0, 0)
    width, times = several.most_common(1)[0]
    return (times / len(widths), width)


def _records(text: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        began = reader.line_num + 1
        try:
            record = next(reader, None)
        except csv.Error as error:
            if _FIELD_TOO_LONG in str(error):
                raise FileRefused(limits.TOO_MUCH_TEXT) from None
            raise FileRefused(
                f"The row that begins in line {began} cannot be read: a quotation mark is missing or too many. "
                "Save the table as an Excel workbook (.xlsx), and choose that file."
            ) from None
        if record is None:
            return
        yield record
