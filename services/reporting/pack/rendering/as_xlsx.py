"""The pack's lists as a spreadsheet: each is a table by name, with a frozen header and a filter on every column."""

from __future__ import annotations

from datetime import UTC, date, time
from decimal import Decimal
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from domain.wording.safe_text import looks_like_a_formula, printable
from services.reporting.pack.content import PackContent
from services.reporting.pack.document import Sheet, Value

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_TABLE_STYLE = "Table Style Light 1"
_BEFORE_SPREADSHEETS = 1900
"""The last year of which a spreadsheet knows no dates, or wrong ones."""
_DAY_NOUGHT = date(1899, 12, 30)
"""The day from which a spreadsheet counts those of later years."""


def xlsx(content: PackContent) -> bytes:
    """Return the workbook. It was created, as far as it says, at the cut-off."""
    file = BytesIO()
    book = Workbook(file, _OPTIONS)
    book.set_properties(
        {
            "title": printable(content.title),
            "company": printable(content.cover.partnership),
            "created": content.cut_off.astimezone(UTC).replace(tzinfo=None),
        }
    )
    formats = _formats(book)
    for sheet in content.sheets:
        _write(book.add_worksheet(sheet.name), sheet, formats)
    book.close()
    return _stored(file)


def _formats(book: Workbook) -> dict[str, Format]:
    body = {"valign": "top", "font_name": "Calibri", "font_size": 11}
    number = {"align": "right", "indent": 1}
    return {
        "header": book.add_format({**body, "bold": True, "bottom": 1, "text_wrap": True}),
        "text": book.add_format({**body, "text_wrap": True}),
        "literal": book.add_format({**body, "text_wrap": True, "quote_prefix": True}),
        "whole": book.add_format({**body, "num_format": "0", **number}),
        "exact": book.add_format({**body, "num_format": "#,##0.00", **number}),
        "date": book.add_format({**body, "num_format": "d mmm yyyy", "align": "left"}),
        "time": book.add_format({**body, "num_format": "hh:mm", "align": "left"}),
    }


def _write(page: Worksheet, sheet: Sheet, formats: dict[str, Format]) -> None:
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
    _add_table(page, sheet, formats)
    for line, row in enumerate(sheet.rows, start=1):
        for place, value in enumerate(row):
            _write_value(page, line, place, value, formats)
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _add_table(page: Worksheet, sheet: Sheet, formats: dict[str, Format]) -> None:
    """Make a table of the list, with a filter on every column; one without rows has an empty row, as a table must."""
    columns = [{"header": each.title, "header_format": formats["header"]} for each in sheet.columns]
    wanted = {"name": sheet.table, "columns": columns, "style": _TABLE_STYLE, "description": sheet.says}
    page.add_table(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1, wanted)


def _write_value(page: Worksheet, line: int, place: int, value: Value, formats: dict[str, Format]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        _write_text(page, line, place, printable(value), formats)
    elif isinstance(value, int):
        page.write_number(line, place, value, formats["whole"])
    elif isinstance(value, Decimal):
        page.write_number(line, place, float(value), formats["exact"])
    elif isinstance(value, time):
        page.write_datetime(line, place, value, formats["time"])
    elif value.year <= _BEFORE_SPREADSHEETS:
        _write_text(page, line, place, value.isoformat(), formats)
    else:
        page.write_number(line, place, (value - _DAY_NOUGHT).days, formats["date"])


def _write_text(page: Worksheet, line: int, place: int, text: str, formats: dict[str, Format]) -> None:
    page.write_string(line, place, text, formats["literal" if looks_like_a_formula(text) else "text"])


def _stored(file: BytesIO) -> bytes:
    """Pack the same parts again without compression: compressed bytes would depend on the machine's zlib."""
    packed = BytesIO()
    with ZipFile(file) as given, ZipFile(packed, "w", ZIP_STORED) as stored:
        for part in given.infolist():
            stored.writestr(ZipInfo(part.filename), given.read(part))
    return packed.getvalue()
