"""Files of every kind that somebody might choose, and those that nobody should."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from xlsxwriter import Workbook


def workbook(*sheets: Sequence[Sequence[Any]], formats: Mapping[str, str] | None = None, **options: Any) -> bytes:
    """Return a workbook with these tables; text that begins with ``=`` is a formula of value 7."""
    file = BytesIO()
    book = Workbook(file, {"in_memory": True, **options})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for rows in sheets or ([],):
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if hasattr(value, "year"):
                    sheet.write_datetime(number, place, value, day)
                elif isinstance(value, str) and value.startswith("="):
                    sheet.write_formula(number, place, value, None, 7)
                elif value is not None:
                    sheet.write(number, place, value)
    book.close()
    return file.getvalue()


def with_parts(content: bytes, parts: Mapping[str, bytes | None]) -> bytes:
    """Return a package in which parts are others, or new, or gone."""
    packed = BytesIO()
    with ZipFile(BytesIO(content)) as given, ZipFile(packed, "w", ZIP_DEFLATED) as made:
        kept = {name: given.read(name) for name in given.namelist()} | dict(parts)
        for name, part in kept.items():
            if part is not None:
                made.writestr(ZipInfo(name), part, ZIP_DEFLATED)
    return packed.getvalue()


def part(content: bytes, name: str) -> bytes:
    """Return a part of a package."""
    with ZipFile(BytesIO(content)) as package:
        return package.read(name)


def sheet_part(rows: bytes) -> bytes:
    """Return the XML of a sheet with these rows."""
    return (
        b'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
        b'main"><sheetData>' + rows + b"</sheetData></worksheet>"
    )
