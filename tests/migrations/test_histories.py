"""The history of each database leads to the tables that the code describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from services.cli.databases import SCHEMAS
from services.runtime.base.settings import Settings
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore
from services.runtime.store.migrations.running import configured, upgrade
from services.runtime.store.schema import MARK, Schema
from tests.parts.postgres import PostgresServer
from tests.parts.tables import make_schema

_TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, pg_get_triggerdef(oid) || pg_get_functiondef(tgfoid) FROM pg_trigger"
    " WHERE NOT tgisinternal",
}
_STORAGE = {
    "sqlite": "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'",
    "postgresql": "SELECT sequencename, data_type::text FROM pg_sequences",
}


@pytest.fixture(params=sorted(SCHEMAS))
def schema(request: pytest.FixtureRequest) -> Schema:
    """The schema of each database."""
    return SCHEMAS[request.param]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def two(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[tuple[Database, Database]]:
    """Two empty databases of each kind."""
    if request.param == "sqlite":
        urls = [f"sqlite:///{tmp_path}/{name}.db" for name in ("first", "second")]
        drop = None
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        urls = [server.create_database() for _ in range(2)]
        drop = server.drop_database
    first, second = map(Database, urls)
    with closing(first), closing(second):
        yield first, second
    for url in urls:
        if drop is not None:
            drop(url)


def described(connection: Connection) -> dict[str, Any]:
    """Return all that a database says of its tables, whatever the order in which columns were added."""
    there = inspect(connection)
    dialect = connection.dialect.name
    said: dict[str, Any] = {
        name: {
            "columns": {
                each["name"]: (str(each["type"]), each["nullable"], each["default"]) for each in there.get_columns(name)
            },
            "key": there.get_pk_constraint(name),
            "unique": sorted(there.get_unique_constraints(name), key=str),
            "indexes": sorted(map(_told, there.get_indexes(name))),
            "others": [*there.get_foreign_keys(name), *there.get_check_constraints(name)],
        }
        for name in there.get_table_names()
    }
    said["triggers"] = {name: " ".join(sql.split()) for name, sql in connection.exec_driver_sql(_TRIGGERS[dialect])}
    said["storage"] = dict(tuple(row) for row in connection.exec_driver_sql(_STORAGE[dialect]))
    return said


def test_the_history_makes_what_an_empty_database_is_given(schema: Schema, two: tuple[Database, Database]) -> None:
    # given
    migrated, made = two
    # when
    migrated.write_sync(lambda connection: upgrade(connection, schema.folder))
    make_schema(made, schema)
    # then
    assert migrated.read_sync(described) == made.read_sync(described)
    assert migrated.read_sync(schema.standing) is made.read_sync(schema.standing)
    assert made.read_sync(schema.check) is None


def test_the_history_makes_what_the_code_describes(schema: Schema, two: tuple[Database, Database]) -> None:
    # given
    migrated, _ = two
    migrated.write_sync(lambda connection: upgrade(connection, schema.folder))
    # when
    differences = migrated.read_sync(
        lambda connection: compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}),
            [*schema.tables, MARK.metadata],  # type: ignore[arg-type] # it takes several
        )
    )
    # then
    assert differences == [], "write a revision that brings this about, or change the tables"


@pytest.mark.parametrize("schema", ["programme", "reporting"], indirect=True)
def test_a_log_that_is_made_begins_one_epoch(schema: Schema, two: tuple[Database, Database]) -> None:
    migrated, made = two
    migrated.write_sync(lambda connection: upgrade(connection, schema.folder))
    make_schema(made, schema)
    assert all(database.read_sync(EventStore(schema.name).epochs_begun) == 1 for database in two)


def test_the_numbers_of_the_files_are_the_order_of_the_history(schema: Schema) -> None:
    history = ScriptDirectory.from_config(configured(schema.folder))
    revisions = [each.revision for each in history.walk_revisions()]
    assert revisions[::-1] == [each.name for each in schema.history.revisions]


def test_every_database_of_the_settings_has_a_history() -> None:
    fields = {name.removesuffix("_database_url") for name in Settings.model_fields if name.endswith("_database_url")}
    assert fields == SCHEMAS.keys()


def _told(index: Mapping[str, Any]) -> str:
    """Return an index in words, with the conditions that a dialect keeps as SQL."""
    return str({**index, "dialect_options": {name: str(value) for name, value in index["dialect_options"].items()}})
