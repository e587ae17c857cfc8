"""The schema of a database: the tables that this code needs, and the revision by which it is known that they are there.

Each database has a history of its own: a folder of Alembic's revisions, whose files are numbered. A revision is called
by its database and its number, so that one service's database is never taken for another's.

An empty database is given its tables at once and marked with the last revision: the tests hold that the history leads
to the very same. Only an older database needs Alembic, which is loaded then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    insert,
    inspect,
    select,
    text,
)

from services.runtime.base.failpoints import reached

_MIGRATION_LOCK = 7_242_016  # any number, the same in every replica

MARK = Table(  # as Alembic makes it
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


class UnfitSchema(Exception):
    """A database has another schema than this code needs. The message says which, and what to do."""


class SchemaState(Enum):
    """What the schema of a database is to this code."""

    EMPTY = "empty"
    """There is none of its tables."""
    CURRENT = "current"
    OLDER = "older"
    """It has a revision before the last one, or none at all: it was made before there were any."""
    UNKNOWN = "unknown"
    """It has a revision that this code does not have: a newer one, or another service's."""


class Migrated(NamedTuple):
    """A change of a database's schema. ``before`` is None where it had no revision."""

    standing: SchemaState
    before: str | None
    after: str


@dataclass(frozen=True)
class Schema:
    """The schema of the database that people call ``name``, such as ``programme``.

    ``history`` is the folder of its revisions, ``tables`` are those that the last one leads to.
    """

    name: str
    history: Path
    tables: Sequence[MetaData]

    @cached_property
    def revisions(self) -> tuple[str, ...]:
        """All revisions of the history, in order."""
        return tuple(f"{self.name}_{file.name[:4]}" for file in sorted(self.history.glob("[0-9]*.py")))

    @property
    def head(self) -> str:
        """The revision that this code needs."""
        return self.revisions[-1]

    def standing(self, connection: Connection) -> SchemaState:
        """Return what a database's schema is to this code."""
        revision = revision_of(connection)
        if revision == self.head:
            return SchemaState.CURRENT
        if revision is None:
            return SchemaState.OLDER if self._is_begun(connection) else SchemaState.EMPTY
        return SchemaState.OLDER if revision in self.revisions else SchemaState.UNKNOWN

    def check(self, connection: Connection) -> None:
        """Raise UnfitSchema where a database has not the schema that this code needs. Nothing is changed."""
        standing, revision = self.standing(connection), revision_of(connection)
        if standing is not SchemaState.CURRENT:
            raise UnfitSchema(self._sentence(standing, revision))

    def bring_to_head(self, connection: Connection, *, upgrade: bool) -> Migrated | None:
        """Give a database the schema that this code needs, in the present transaction. Return None where it has it.

        Of several processes at once one does it, and the others wait. Raises UnfitSchema where the schema is unknown
        or, without ``upgrade``, older; nothing is changed then.
        """
        if self.standing(connection) is SchemaState.CURRENT:
            return None
        _hold_off_others(connection)
        standing, before = self.standing(connection), revision_of(connection)
        match standing:
            case SchemaState.CURRENT:
                return None
            case SchemaState.EMPTY:
                self._create(connection)
            case SchemaState.OLDER if upgrade:
                self._upgrade(connection)
            case _:
                raise UnfitSchema(self._sentence(standing, before))
        reached("schema.migrated")
        return Migrated(standing, before, self.head)

    def _is_begun(self, connection: Connection) -> bool:
        wanted = {name for each in self.tables for name in each.tables}
        return not wanted.isdisjoint(inspect(connection).get_table_names())

    def _create(self, connection: Connection) -> None:
        MARK.create(connection, checkfirst=True)
        for each in self.tables:
            each.create_all(connection)
        connection.execute(insert(MARK).values(version_num=self.head))

    def _upgrade(self, connection: Connection) -> None:
        from services.runtime.store.migrations.running import upgrade

        upgrade(connection, self.history)
        if lacking := list(self._lacking(connection)):
            raise UnfitSchema(
                f"the {self.name} database lacks {', '.join(lacking)}, which no migration brings: it was made before"
                " 0.1.0, by a version that cannot be upgraded"
            )

    def _lacking(self, connection: Connection) -> Iterator[str]:
        there = inspect(connection)
        for table in (table for each in self.tables for table in each.tables.values()):
            known = {column["name"] for column in there.get_columns(table.name)}
            yield from (f"{table.name}.{column.name}" for column in table.columns if column.name not in known)

    def _sentence(self, standing: SchemaState, revision: str | None) -> str:
        its = f"the {self.name} database"
        if standing is SchemaState.EMPTY:
            return f"{its} is empty; run concordat migrate"
        if standing is SchemaState.OLDER:
            has = f"the schema {revision}" if revision else "a schema from before there were migrations"
            return (
                f"{its} has {has}, and this version of Concordat needs {self.head}; stop all services, make a backup"
                " and run concordat migrate"
            )
        if revision is not None and not revision.startswith(f"{self.name}_"):
            return f"{its} has the schema {revision}, which is not its own; give each service a database of its own"
        return (
            f"{its} has the schema {revision}, and the newest that this version of Concordat knows is {self.head};"
            " start the version that made it, or restore the backup from before its upgrade"
        )


def revision_of(connection: Connection) -> str | None:
    """Return the revision that a database bears; None where it bears none."""
    if not inspect(connection).has_table(MARK.name):
        return None
    return connection.scalar(select(MARK.c.version_num))


def _hold_off_others(connection: Connection) -> None:
    """Wait until no other process migrates. The writer of a SQLite file holds all others off it in any case."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
