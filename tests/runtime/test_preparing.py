"""A database that is none is told in one sentence; one that is away, or may not be written to yet, is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, make_url, select

from services.runtime.store.database import Database
from services.runtime.store.preparing import NoDatabase, prepare
from tests.parts.postgres import PostgresServer
from tests.parts.tables import make_tables
from tests.parts.waiting import until
from tests.runtime.histories import schema

metadata = MetaData()
numbers = Table("numbers", metadata, Column("number", Integer, primary_key=True))
NUMBERS = "op.create_table('numbers', sa.Column('number', sa.Integer, primary_key=True))"


def told_to_nobody(_what: str) -> None:
    """Say nothing."""


def a_text(file: Path) -> None:
    file.write_text("The minutes of the last meeting. " * 100)


def a_damaged_one(file: Path) -> None:
    database = Database(f"sqlite:///{file}")
    make_tables(database, metadata)
    database.close()
    file.write_bytes(b"\xff" * 64 + file.read_bytes()[64:])


@pytest.mark.parametrize(
    ("spoil", "words"),
    [(a_text, "is not a SQLite database"), (a_damaged_one, "is not a SQLite database"), (Path.mkdir, "is a folder")],
)
async def test_what_is_no_database_is_told_with_its_setting(
    tmp_path: Path, spoil: Callable[[Path], None], words: str
) -> None:
    programme = schema(tmp_path / "history", "programme", metadata, NUMBERS)
    file = tmp_path / "programme.db"
    spoil(file)
    database = Database(f"sqlite:///{file}")

    with pytest.raises(NoDatabase) as refused:
        await prepare(programme, database, allowed=None, waits_for=told_to_nobody)

    database.close()
    assert str(refused.value).startswith(f"CONCORDAT_PROGRAMME_DATABASE_URL: {file} {words}")
    assert "\n" not in str(refused.value)


@pytest.mark.postgresql
@pytest.mark.parametrize("wrong", [{"database": "nothing_of_this_name"}, {"username": "nobody_of_this_name"}])
async def test_what_a_server_refuses_is_told_with_its_setting(
    postgres_server: PostgresServer, wrong: dict[str, str], tmp_path: Path
) -> None:
    reporting = schema(tmp_path / "history", "reporting", metadata, NUMBERS)
    url = postgres_server.create_database()
    database = Database(make_url(url).set(**wrong).render_as_string(hide_password=False))

    with pytest.raises(NoDatabase, match="CONCORDAT_REPORTING_DATABASE_URL: the database server refuses it: "):
        await prepare(reporting, database, allowed=None, waits_for=told_to_nobody)

    database.close()
    postgres_server.drop_database(url)


@pytest.mark.postgresql
async def test_a_server_that_is_away_is_waited_for(own_postgres_server: PostgresServer, tmp_path: Path) -> None:
    # given
    url = own_postgres_server.create_database()
    own_postgres_server.stop()
    database = Database(url)
    said: list[str] = []

    # when
    directory = schema(tmp_path / "history", "directory", metadata, NUMBERS)
    preparing = asyncio.create_task(prepare(directory, database, allowed=None, waits_for=said.append))
    await until(lambda: bool(said))
    await asyncio.to_thread(own_postgres_server.start)
    await preparing

    # then
    await database.write(lambda connection: connection.execute(insert(numbers).values(number=1)))
    assert await database.read(lambda connection: list(connection.scalars(select(numbers.c.number)))) == [1]
    assert said[0].startswith("the directory database (")
    database.close()
