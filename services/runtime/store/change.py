"""One change among the others of a transaction, so that each fails alone."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Connection


class Inseparable(Exception):
    """A change has failed after it had written something, which cannot be taken back without what others wrote."""


class Change:
    """One change, begun; it is kept or taken back before the next one begins.

    PostgreSQL has a savepoint for each: other replicas write there too, and conflicts are usual. In an SQLite file few
    changes fail behind a write, so there is none: it would cost a quarter of all commands (decision 0009).
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # The driver itself: it is asked for every change, and SQLAlchemy would take ten times as long.
        self._driver = cast("Any", connection.connection.driver_connection)
        self._has_savepoint = connection.dialect.name != "sqlite"
        if self._has_savepoint:
            self._run("SAVEPOINT change")
        else:
            self._rows_before = self._driver.total_changes

    def keep(self) -> None:
        """End it well."""
        if self._has_savepoint:
            self._run("RELEASE SAVEPOINT change")

    def take_back(self) -> None:
        """End it as if it had never begun. Raises Inseparable where that cannot be."""
        if self._has_savepoint:
            self._run("ROLLBACK TO SAVEPOINT change")
        # A disk that is full, or fails, ends the whole transaction.
        elif self._driver.total_changes != self._rows_before or not self._driver.in_transaction:
            raise Inseparable

    def _run(self, statement: str) -> None:
        try:
            self._driver.execute(statement)
        except Exception:
            self._connection.invalidate()
            raise
