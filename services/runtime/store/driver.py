"""Statements handed to the database's driver as they are, for the few that every event needs.

What SQLAlchemy does around a statement takes ten times as long as SQLite takes for one that finds or moves a row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import ClauseElement, Connection, LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any]


def run(connection: Connection, sql: str, parameters: Sequence[Any] | Mapping[str, Any]) -> Any:
    """Run a statement that is written for the driver, and return the driver's cursor: its rows are plain tuples.

    As a statement of SQLAlchemy's would, it begins the transaction where none is begun, and raises
    sqlalchemy.exc.DBAPIError; a connection that was lost is not used again.
    """
    if not connection.in_transaction():
        connection.begin()
    driver = cast("Any", connection.connection.driver_connection)
    dialect = connection.dialect
    base = cast("Any", dialect.loaded_dbapi).Error
    try:
        return driver.execute(sql, parameters)
    except base as error:
        lost = dialect.is_disconnect(error, driver, None)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(sql, None, error, base, connection_invalidated=lost, dialect=dialect) from error


def converter(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """Return what makes a column's values such as the driver takes them; None where they are so already.

    So are bytes: both drivers take them without the wrapper that older ones wanted.
    """
    own = kind.dialect_impl(dialect)
    return None if isinstance(own, LargeBinary) else own.bind_processor(dialect)


class _Written(NamedTuple):
    """A statement as one dialect writes it: its parameters by place, where it numbers them, and their conversions."""

    sql: str
    places: Sequence[str] | None
    converters: Mapping[str, Convert]


class Prepared:
    """A statement that is put into words once. Every parameter is a bindparam; no column of its rows is converted."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._written = cache(self._write)

    def __call__(self, connection: Connection, **values: Any) -> Any:
        """Run it with these values and return the driver's cursor. Raises what ``run`` does."""
        written = self._written(connection.dialect)
        for name, convert in written.converters.items():
            values[name] = convert(values[name])
        places = written.places
        return run(connection, written.sql, values if places is None else [values[name] for name in places])

    def _write(self, dialect: Dialect) -> _Written:
        compiled = cast("Any", self._statement.compile(dialect=dialect))
        found = {name: converter(bound.type, dialect) for name, bound in compiled.binds.items()}
        converters = {name: convert for name, convert in found.items() if convert is not None}
        return _Written(str(compiled), compiled.positiontup if compiled.positional else None, converters)
