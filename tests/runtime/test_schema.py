"""A database has the schema that the code needs, or nobody works with it: it is made, migrated or refused."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, inspect, text

from services.runtime.store import engines
from services.runtime.store.database import Database
from services.runtime.store.preparing import make_ready, upgrade_at_start
from services.runtime.store.schema import Migrated, Schema, SchemaState, UnfitSchema, Upgrade
from tests.parts.tables import make_tables
from tests.parts.waiting import STILL_SECONDS
from tests.runtime.histories import schema

metadata = MetaData()
Table("numbers", metadata, Column("number", Integer, primary_key=True), Column("name", String(8)))

MAKE = "op.create_table('numbers', sa.Column('number', sa.Integer, primary_key=True), if_not_exists=True)"
NAME = "op.add_column('numbers', sa.Column('name', sa.String(8)))\nop.execute(\"UPDATE numbers SET name = 'new'\")"


@pytest.fixture
def ledger(tmp_path: Path) -> Schema:
    """A schema of two revisions."""
    return schema(tmp_path / "history", "ledger", metadata, MAKE, NAME)


def with_one_number(database: Database, *, revision: str | None) -> None:
    """Make a database as it was before the second revision, perhaps before there were any."""
    before = MetaData()
    Table("numbers", before, Column("number", Integer, primary_key=True))
    make_tables(database, before)
    database.write_sync(lambda connection: connection.execute(text("INSERT INTO numbers (number) VALUES (1)")))
    if revision is not None:
        mark(database, revision)


def mark(database: Database, revision: str) -> None:
    def write(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})

    database.write_sync(write)


def content(database: Database) -> dict[str, Sequence[Any]]:
    """Return the rows of every table."""

    def read(connection: Connection) -> dict[str, Sequence[Any]]:
        tables = inspect(connection).get_table_names()
        return {name: connection.execute(text(f"SELECT * FROM {name}")).all() for name in sorted(tables)}

    return database.read_sync(read)


def test_an_empty_database_is_given_its_tables(database: Database, ledger: Schema) -> None:
    # when
    migrated = make_ready(ledger, database, Upgrade.NONE)
    # then
    assert migrated == Migrated(SchemaState.EMPTY, None, "ledger_0002")
    assert content(database) == {"alembic_version": [("ledger_0002",)], "numbers": []}
    assert make_ready(ledger, database, Upgrade.NONE) is None


@pytest.mark.parametrize("revision", ["ledger_0001", None])
def test_an_older_database_is_migrated_with_what_it_holds(
    database: Database, ledger: Schema, revision: str | None
) -> None:
    # given
    with_one_number(database, revision=revision)
    # when
    migrated = make_ready(ledger, database, Upgrade.ALL)
    # then
    assert migrated == Migrated(SchemaState.OLDER, revision, "ledger_0002")
    assert content(database) == {"alembic_version": [("ledger_0002",)], "numbers": [(1, "new")]}


@pytest.mark.parametrize(
    ("revision", "words"),
    [
        (None, "has a schema from before there were migrations, and this version of Concordat needs ledger_0002"),
        ("ledger_0001", "has the schema ledger_0001, and this version of Concordat needs ledger_0002"),
    ],
)
def test_an_older_database_that_may_not_be_migrated_is_refused_with_the_command(
    database: Database, ledger: Schema, revision: str | None, words: str
) -> None:
    with_one_number(database, revision=revision)
    before = content(database)

    with pytest.raises(UnfitSchema, match="run concordat migrate") as refused:
        make_ready(ledger, database, Upgrade.NONE)

    assert str(refused.value).startswith(f"the ledger database {words}; stop all services, make a backup")
    assert content(database) == before


@pytest.mark.parametrize(
    ("revision", "words"),
    [
        (
            "ledger_0003",
            "the newest that this version of Concordat knows is ledger_0002; start the version that",
        ),
        ("programme_0002", "is not its own; give each service a database of its own"),
        ("8a3f", "is not its own; give each service a database of its own"),
    ],
)
def test_a_newer_or_foreign_schema_is_refused(database: Database, ledger: Schema, revision: str, words: str) -> None:
    with_one_number(database, revision=revision)
    before = content(database)

    with pytest.raises(UnfitSchema, match=words):
        make_ready(ledger, database, Upgrade.ALL)

    assert content(database) == before


def test_a_sqlite_file_is_migrated_unless_that_is_forbidden_and_a_server_s_database_only_if_that_is_allowed(
    database: Database, ledger: Schema
) -> None:
    with_one_number(database, revision="ledger_0001")

    if database.dialect == "sqlite":
        assert make_ready(ledger, database, upgrade_at_start(database, None)) is not None
    else:
        with pytest.raises(UnfitSchema):
            make_ready(ledger, database, upgrade_at_start(database, None))


def test_a_migration_that_fails_leaves_everything_as_it_was(database: Database, tmp_path: Path) -> None:
    # given
    failing = schema(tmp_path / "history", "ledger", metadata, MAKE, NAME, "raise RuntimeError('half way')")
    with_one_number(database, revision="ledger_0001")
    before = content(database)
    # when
    with pytest.raises(RuntimeError, match="half way"):
        make_ready(failing, database, Upgrade.ALL)
    # then
    assert content(database) == before


def test_a_database_from_before_migrations_that_lacks_a_column_is_refused(database: Database, tmp_path: Path) -> None:
    # given
    first = schema(tmp_path / "history", "ledger", metadata, MAKE)
    with_one_number(database, revision=None)
    before = content(database)
    # when
    with pytest.raises(UnfitSchema, match=r"lacks numbers\.name, which no migration brings"):
        make_ready(first, database, Upgrade.ALL)
    # then
    assert content(database) == before


@pytest.mark.parametrize("older", [False, True])
async def test_of_replicas_that_start_at_once_one_makes_the_schema(
    database_url: str, ledger: Schema, older: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given: others are waited for, though the machine stand still while one holds them off
    monkeypatch.setattr(engines, "_SQLITE_PATIENCE_SECONDS", STILL_SECONDS)
    monkeypatch.setitem(engines._POSTGRESQL_CONNECT, "options", f"-c lock_timeout={STILL_SECONDS:.0f}s")
    replicas = [Database(database_url) for _ in range(3)]
    if older:
        with_one_number(replicas[0], revision="ledger_0001")
    # when
    done = await asyncio.gather(*(asyncio.to_thread(make_ready, ledger, replica, Upgrade.ALL) for replica in replicas))
    # then
    assert sorted(each is None for each in done) == [False, True, True]
    assert content(replicas[0])["alembic_version"] == [("ledger_0002",)]
    for replica in replicas:
        replica.close()
