"""The schema of a database: the tables that this code needs, and the revision by which it is known that they are there.

Each database has a history of its own: a folder of Alembic's revisions (see ``history``). A revision is called by its
database and its number, so that one service's database is never taken for another's.

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
from sqlalchemy.exc import DBAPIError

from services.runtime.base.failpoints import reached
from services.runtime.store.history import History, Kind, Revision

_MIGRATION_LOCK = 7_242_016  # any number, the same in every replica
#: Whoever comes after a statement that waits for a table waits behind it. Longer than PostgreSQL takes to end an
#: autovacuum that is in the way (deadlock_timeout, a second).
_LOCK_TIMEOUT_MILLISECONDS = 2_000
_NO_LOCK = "55P03"

MARK = Table(  # as Alembic makes it
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


class UnfitSchema(Exception):
    """A database has another schema than this code needs. The message says which, and what to do."""


class TableInUse(Exception):
    """Another transaction holds a table that a migration has to change; nothing is changed. Try again in a moment."""


class SchemaState(Enum):
    """What the schema of a database is to this code."""

    EMPTY = "empty"
    """There is none of its tables."""
    CURRENT = "current"
    OLDER = "older"
    """It has a revision before the last one, or none at all: it was made before there were any."""
    NEWER = "newer"
    """It has a revision that this code does not have, and with which it works all the same."""
    UNKNOWN = "unknown"
    """It has a revision with which this code does not work: a newer one, or another service's."""


class Upgrade(Enum):
    """How far a database may be brought."""

    NONE = "none"
    EXPAND = "expand"
    """As far as all code that works with it goes on working: others may be at work with it meanwhile."""
    ALL = "all"
    """To the last revision, with which older code may not work."""


class Migrated(NamedTuple):
    """A change of a database's schema. ``before`` is None where it had no revision."""

    standing: SchemaState
    before: str | None
    after: str


@dataclass(frozen=True)
class Schema:
    """The schema of the database that people call ``name``, such as ``programme``.

    ``folder`` is that of its history, ``tables`` are those that the last revision leads to.
    """

    name: str
    folder: Path
    tables: Sequence[MetaData]

    @cached_property
    def history(self) -> History:
        """Its revisions."""
        return History(self.name, self.folder)

    @property
    def head(self) -> str:
        """The name of the revision that this code is written for."""
        return self.history.last.name

    def standing(self, connection: Connection) -> SchemaState:
        """Return what a database's schema is to this code."""
        name = revision_of(connection)
        if name is None:
            return SchemaState.OLDER if self._is_begun(connection) else SchemaState.EMPTY
        mark = Revision.read(name)
        if mark == self.history.last:
            return SchemaState.CURRENT
        if mark in self.history.revisions:
            return SchemaState.OLDER
        is_known = mark is not None and self.history.works_with(mark)
        return SchemaState.NEWER if is_known else SchemaState.UNKNOWN

    def check(self, connection: Connection) -> None:
        """Raise UnfitSchema where a database has a schema that this code does not work with. Nothing is changed."""
        name = revision_of(connection)
        mark = Revision.read(name) if name else None
        if mark is None or not self.history.works_with(mark):
            raise UnfitSchema(self._sentence(self.standing(connection), name))

    def pending(self, connection: Connection) -> tuple[Revision, ...]:
        """Return the revisions that a database lacks: none where it is empty, or nothing is known of its own."""
        if self.standing(connection) is not SchemaState.OLDER:
            return ()
        return self.history.pending(_mark_of(connection))

    def bring_on(self, connection: Connection, upgrade: Upgrade) -> Migrated | None:
        """Give a database a schema that this code works with, in the present transaction. Return None where it has one.

        Of several processes at once one does it, and the others wait. Raises UnfitSchema where the schema is unknown
        or, as far as ``upgrade`` goes, remains older than what this code needs, and TableInUse; nothing is changed
        then.
        """
        if self._has_all(connection, upgrade):
            return None
        _hold_off_others(connection)
        if self._has_all(connection, upgrade):
            return None
        standing, before = self.standing(connection), revision_of(connection)
        if standing is SchemaState.EMPTY:
            self._create(connection)
        elif standing is SchemaState.OLDER:
            self._upgrade(connection, upgrade)
        self.check(connection)
        reached("schema.migrated")
        return Migrated(standing, before, str(revision_of(connection)))

    def _has_all(self, connection: Connection, upgrade: Upgrade) -> bool:
        match self.standing(connection):
            case SchemaState.CURRENT | SchemaState.NEWER:
                return True
            case SchemaState.OLDER:
                mark = _mark_of(connection)
                return mark is not None and self.history.works_with(mark) and self._target(mark, upgrade) == mark
            case _:
                return False

    def _target(self, mark: Revision | None, upgrade: Upgrade) -> Revision | None:
        match upgrade:
            case Upgrade.NONE:
                return mark
            case Upgrade.EXPAND:
                return self.history.expanding(mark)
            case Upgrade.ALL:
                return self.history.last

    def _is_begun(self, connection: Connection) -> bool:
        wanted = {name for each in self.tables for name in each.tables}
        return not wanted.isdisjoint(inspect(connection).get_table_names())

    def _create(self, connection: Connection) -> None:
        MARK.create(connection, checkfirst=True)
        for each in self.tables:
            each.create_all(connection)
        connection.execute(insert(MARK).values(version_num=self.head))

    def _upgrade(self, connection: Connection, upgrade: Upgrade) -> None:
        mark = _mark_of(connection)
        target = self._target(mark, upgrade)
        if target is None or target == mark:
            return
        from services.runtime.store.migrations.running import upgrade as run

        _wait_briefly_for_tables(connection)
        try:
            run(connection, self.folder, target.name)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _NO_LOCK:
                raise
            raise TableInUse("another transaction holds a table that has to change") from None
        if self.history.works_with(target) and (lacking := list(self._lacking(connection))):
            raise UnfitSchema(
                f"the {self.name} database lacks {', '.join(lacking)}, which no migration brings: it was made before"
                " 0.1.0, by a version that cannot be upgraded"
            )

    def _lacking(self, connection: Connection) -> Iterator[str]:
        there = inspect(connection)
        for table in (table for each in self.tables for table in each.tables.values()):
            known = {column["name"] for column in there.get_columns(table.name)}
            yield from (f"{table.name}.{column.name}" for column in table.columns if column.name not in known)

    def _sentence(self, standing: SchemaState, name: str | None) -> str:
        its = f"the {self.name} database"
        if standing is SchemaState.EMPTY:
            return f"{its} is empty; run concordat migrate"
        mark = Revision.read(name) if name else None
        if standing is SchemaState.OLDER:
            has = f"the schema {name}" if name else "a schema from before there were migrations"
            needed = self.history.needed.name
            return f"{its} has {has}, and this version of Concordat needs {needed}; {self._way_on(mark)}"
        if mark is None or mark.database != self.name:
            return f"{its} has the schema {name}, which is not its own; give each service a database of its own"
        works = f", which needs code of {mark.oldest} or later" if mark.since != mark.number else ""
        return (
            f"{its} has the schema {name}{works}, and the newest that this version of Concordat knows is {self.head};"
            " start the version that made it, or restore the backup from before its upgrade"
        )

    def _way_on(self, mark: Revision | None) -> str:
        """Say how an older database becomes what this code needs."""
        missing = [each for each in self.history.pending(mark) if each.number <= self.history.needed.number]
        kinds = {self.history.kind_of(each) for each in missing}
        if Kind.BREAKS in kinds:
            return "stop all services, make a backup and run concordat migrate --contract"
        if Kind.CONTRACTS in kinds:
            return (
                f"once no service runs whose code is older than {missing[-1].oldest}, make a backup and run"
                " concordat migrate --contract"
            )
        return "run concordat migrate"


def revision_of(connection: Connection) -> str | None:
    """Return the name of the revision that a database bears; None where it bears none."""
    if not inspect(connection).has_table(MARK.name):
        return None
    return connection.scalar(select(MARK.c.version_num))


def _mark_of(connection: Connection) -> Revision | None:
    name = revision_of(connection)
    return None if name is None else Revision.read(name)


def _hold_off_others(connection: Connection) -> None:
    """Wait until no other process migrates. The writer of a SQLite file holds all others off it in any case."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})


def _wait_briefly_for_tables(connection: Connection) -> None:
    """Have the statements of this transaction give up soon on a table that another one holds."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = {_LOCK_TIMEOUT_MILLISECONDS}"))
