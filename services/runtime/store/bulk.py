"""Inserting many rows by few statements.

Drivers insert a list of rows one by one and let other threads of the interpreter in after each, for whom the inserting
one then waits. A statement with all the rows in it waits once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.engine import Dialect

from services.runtime.store.driver import Convert, converter, run

_AT_ONCE = (256, 32, 4, 1)  # few sizes, so that the drivers know the statements already
_PLACEHOLDERS = {"qmark": "?", "pyformat": "%s", "format": "%s"}


class BulkInsert:
    """Inserts rows into a table; each has the value of every column, in the table's order."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._statement = cache(self._written)
        self._converters = cache(self._found)

    def __call__(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert ``rows``. Raises sqlalchemy.exc.IntegrityError where one is there already."""
        dialect = connection.dialect
        converted = _converted(rows, self._converters(dialect))
        for part in _parts(converted):
            run(connection, self._statement(dialect, len(part)), tuple(chain.from_iterable(part)))

    def _written(self, dialect: Dialect, rows: int) -> str:
        """Return the statement that inserts so many rows."""
        preparer = dialect.identifier_preparer
        columns = ", ".join(preparer.format_column(column) for column in self._table.columns)
        row = f"({', '.join([_PLACEHOLDERS[dialect.paramstyle]] * len(self._table.columns))})"
        # Names of ours and placeholders, no value.
        return f"INSERT INTO {preparer.format_table(self._table)} ({columns}) VALUES {', '.join([row] * rows)}"  # noqa: S608

    def _found(self, dialect: Dialect) -> dict[int, Convert]:
        """Return, by place, what makes a column's values such as the driver takes them; most need nothing."""
        found = {place: converter(column.type, dialect) for place, column in enumerate(self._table.columns)}
        return {place: convert for place, convert in found.items() if convert is not None}


def _converted(rows: Sequence[tuple[Any, ...]], converters: dict[int, Convert]) -> Sequence[Sequence[Any]]:
    if not converters:
        return rows
    converted = [list(row) for row in rows]
    for place, convert in converters.items():
        for row in converted:
            row[place] = convert(row[place])
    return converted


def _parts(rows: Sequence[Sequence[Any]]) -> Iterator[Sequence[Sequence[Any]]]:
    first = 0
    for size in _AT_ONCE:
        while len(rows) - first >= size:
            yield rows[first : first + size]
            first += size
