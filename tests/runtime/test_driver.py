"""Statements that go to the driver as they are: in every other way they are as SQLAlchemy's own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from services.runtime.store.columns import Instant
from services.runtime.store.database import Database, Unavailable
from services.runtime.store.driver import Prepared, run
from tests.parts.postgres import PostgresServer
from tests.parts.tables import make_tables

metadata = MetaData()
notes = Table(
    "notes",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("body", LargeBinary),
)
NOON = datetime(2014, 7, 1, 12, tzinfo=UTC)
of_number = notes.c.number == bindparam("of")
body_of = Prepared(select(notes.c.body).where(of_number))
change = Prepared(update(notes).where(of_number).values(at=bindparam("to_at"), body=bindparam("to_body")))


@pytest.fixture
def noted(database: Database) -> Database:
    make_tables(database, metadata)
    database.write_sync(lambda connection: connection.execute(insert(notes), {"number": 1, "at": NOON, "body": b"a"}))
    return database


def body(database: Database, number: int = 1) -> bytes:
    return database.read_sync(lambda connection: bytes(body_of(connection, of=number).fetchone()[0]))


async def test_values_are_written_as_sqlalchemy_writes_them(noted: Database) -> None:
    later = datetime(2014, 7, 2, 8, 30, tzinfo=UTC)

    changed = noted.write_sync(lambda connection: change(connection, of=1, to_at=later, to_body=b"b").rowcount)
    of_nothing = noted.write_sync(lambda connection: change(connection, of=2, to_at=later, to_body=b"b").rowcount)

    assert (changed, of_nothing) == (1, 0)
    at = noted.read_sync(lambda connection: connection.scalar(select(notes.c.at)))
    assert (at, body(noted)) == (later, b"b")


async def test_a_reader_that_begins_with_one_sees_one_state_throughout(noted: Database) -> None:
    def twice(connection):  # type: ignore[no-untyped-def]
        first = bytes(body_of(connection, of=1).fetchone()[0])
        noted.write_sync(lambda writing: change(writing, of=1, to_at=NOON, to_body=b"changed meanwhile"))
        return first, bytes(body_of(connection, of=1).fetchone()[0])

    assert noted.read_sync(twice) == (b"a", b"a")
    assert body(noted) == b"changed meanwhile"


async def test_what_the_database_refuses_is_raised_as_sqlalchemy_raises_it(noted: Database) -> None:
    again = Prepared(insert(notes).values(number=bindparam("of"), at=bindparam("to_at")))

    with pytest.raises(IntegrityError) as refused:
        noted.write_sync(lambda connection: again(connection, of=1, to_at=NOON))

    assert refused.value.orig is not None
    assert not refused.value.connection_invalidated


@pytest.mark.postgresql
async def test_a_connection_that_is_lost_is_not_used_again(postgres_server: PostgresServer) -> None:
    url = postgres_server.create_database()
    database = Database(url, readers=1)
    end_it = "SELECT pg_terminate_backend(pg_backend_pid())"

    with pytest.raises(Unavailable):
        database.read_sync(lambda connection: run(connection, end_it, {}))

    assert database.read_sync(lambda connection: run(connection, "SELECT 1", {}).fetchone()) == (1,)
    database.close()
    postgres_server.drop_database(url)
