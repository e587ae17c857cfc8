"""Rows as CSV (RFC 4180) that any spreadsheet opens: UTF-8 with a byte order mark, one column a field.

A field within a field has a column of both names (``confidence.reason``). Several texts stand in one cell, parted by
``; ``; a list of objects stands there as JSON. No cell is a formula: a text that a spreadsheet would take for one has
an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from domain.wording.safe_text import looks_like_a_formula, printable

MEDIA_TYPE = "text/csv; charset=utf-8; header=present"
_MARK = "\ufeff"


def csv_text(shape: type[BaseModel], rows: Iterable[BaseModel]) -> bytes:
    """Return the rows, all of ``shape``, below a line of headings."""
    columns = list(_columns(shape))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(".".join(column) for column in columns)
    for row in rows:
        values = row.model_dump(mode="json", by_alias=True)
        writer.writerow(_cell(_value(values, column)) for column in columns)
    return (_MARK + text.getvalue()).encode()


def _columns(shape: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    for attribute, field in shape.model_fields.items():
        name = field.serialization_alias or field.alias or attribute
        within = _model_in(field.annotation)
        if within is None:
            yield (name,)
        else:
            yield from ((name, *column) for column in _columns(within))


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if get_origin(annotation) is list:
        return None
    kinds = [each for each in (get_args(annotation) or (annotation,)) if each is not type(None)]
    only = kinds[0] if len(kinds) == 1 else None
    return only if isinstance(only, type) and issubclass(only, BaseModel) else None


def _value(values: Any, column: tuple[str, ...]) -> Any:
    for name in column:
        values = values.get(name) if isinstance(values, dict) else None
    return values


def _cell(value: Any) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return value
    text = printable(_text(value))
    return f"'{text}" if looks_like_a_formula(text) else text


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping) and not any(isinstance(each, (dict, list)) for each in value.values()):
        return "; ".join(f"{name}={each}" for name, each in value.items())
    if isinstance(value, list) and not any(isinstance(each, (dict, list)) for each in value):
        return "; ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False)
