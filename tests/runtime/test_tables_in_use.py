"""A migration that finds a table held by others waits for it briefly, and lets everybody work before it tries again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, inspect, text

from services.cli import databases
from services.cli.errors import CommandError
from services.runtime.store import engines
from services.runtime.store.database import Database
from services.runtime.store.engines import parse, writing_engine
from services.runtime.store.preparing import make_ready, make_ready_between_others, prepare
from services.runtime.store.schema import Migrated, Schema, SchemaState, Upgrade
from tests.parts.postgres import PostgresServer
from tests.parts.waiting import until
from tests.runtime.histories import Since, schema

pytestmark = pytest.mark.postgresql

_MAKE = "op.create_table('numbers', sa.Column('number', sa.Integer, primary_key=True))"
_EXPAND = Since(1, "op.add_column('numbers', sa.Column('name', sa.String(8)))")
_EXPANDED = Migrated(SchemaState.OLDER, "ledger_0001", "ledger_0002_since_0001")
_NO_MOMENT = "30s"
"""Longer than a machine stands still, and a fraction of how long a migration would wait that did not give up soon."""

_SOMEBODY_WAITS = text("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted")


def ledger(folder: Path, revisions: int) -> Schema:
    metadata = MetaData()
    named = [Column("name", String(8))] if revisions > 1 else []
    Table("numbers", metadata, Column("number", Integer, primary_key=True), *named)
    return schema(folder / str(revisions), "ledger", metadata, *(_MAKE, _EXPAND)[:revisions])


@pytest.fixture(autouse=True)
def _patient_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have whoever says nothing of it wait for a lock for a long time."""
    monkeypatch.setitem(engines._POSTGRESQL_CONNECT, "options", "-c lock_timeout=600000")


@pytest.fixture
def newer(tmp_path: Path) -> Schema:
    """The schema of the version that is to come."""
    return ledger(tmp_path, 2)


@pytest.fixture
def url(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[str]:
    """A database with the schema of the version before."""
    url = postgres_server.create_database()
    with closing(Database(url)) as database:
        make_ready(ledger(tmp_path, 1), database, Upgrade.ALL)
    yield url
    postgres_server.drop_database(url)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """The database as whoever migrates it has it."""
    with closing(Database(url)) as database:
        yield database


@contextmanager
def transaction(url: str, statement: str) -> Iterator[None]:
    """Carry a statement out in a transaction that lasts until the end of the block."""
    engine = writing_engine(parse(url))
    with engine.begin() as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = '{_NO_MOMENT}'"))
        connection.execute(text(statement))
        yield
    engine.dispose()


long_query = partial(transaction, statement="SELECT * FROM numbers")
record = partial(transaction, statement="INSERT INTO numbers (number) VALUES (1)")


def columns(database: Database) -> list[str]:
    return database.read_sync(lambda connection: [each["name"] for each in inspect(connection).get_columns("numbers")])


async def test_who_works_meanwhile_waits_a_moment_and_the_table_is_changed_once_it_is_free(
    url: str, database: Database, newer: Schema
) -> None:
    with long_query(url):
        # given: a migration that waits behind a long query
        migrating = asyncio.create_task(asyncio.to_thread(make_ready_between_others, newer, database, Upgrade.EXPAND))
        await until(lambda: database.read_sync(lambda asked: asked.scalar(_SOMEBODY_WAITS)) > 0)
        # when: somebody records something, which waits behind both
        with record(url):
            # then: that is done while the migration is not
            assert not migrating.done()
    assert await migrating == _EXPANDED
    assert columns(database) == ["number", "name"]


def test_what_is_held_for_too_long_is_told_with_what_to_do_and_nothing_is_changed(
    url: str, database: Database, newer: Schema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "SCHEMAS", {"ledger": newer})
    hasty = partial(make_ready_between_others, patience_seconds=0.0)
    monkeypatch.setattr(databases, "make_ready_between_others", hasty)
    with long_query(url), pytest.raises(CommandError) as told:
        databases.made_ready("ledger", database, Upgrade.EXPAND)
    assert str(told.value) == (
        "the ledger database was not migrated: another transaction holds a table that has to change, and has held it at"
        " each try for a minute; pg_stat_activity shows the oldest transaction: end it, then migrate again"
    )
    assert columns(database) == ["number"]


async def test_a_service_that_migrates_as_it_starts_says_what_it_waits_for(
    url: str, database: Database, newer: Schema
) -> None:
    said: list[str] = []
    with long_query(url):
        starting = asyncio.create_task(prepare(newer, database, allowed=True, waits_for=said.append))
        await until(lambda: bool(said))
    await starting
    assert said[0] == "the ledger database (another transaction holds a table that has to change)"
    assert columns(database) == ["number", "name"]
