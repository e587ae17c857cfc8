"""What stands for the last commit is the same until something is committed, by whichever process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, event, insert

from services.runtime.store.database import Database
from tests.parts.postgres import PostgresServer
from tests.parts.tables import make_tables
from tests.parts.waiting import STILL_SECONDS, until

metadata = MetaData()
numbers = Table("numbers", metadata, Column("number", Integer, primary_key=True, autoincrement=False))


@pytest.fixture
def store(database: Database) -> Iterator[Database]:
    make_tables(database, metadata)
    return database


def adding(number: int):
    def add(connection: Connection) -> None:
        connection.execute(insert(numbers), {"number": number})

    return add


async def test_it_is_the_same_while_nothing_is_committed_however_much_is_read(store: Database) -> None:
    async def is_the_same() -> bool:
        before = await store.last_commit()
        await store.read(lambda connection: connection.execute(numbers.select()).all())
        return await store.last_commit() == before

    # PostgreSQL counts what it does by itself in any of its databases too: it clears up whenever it is time for that.
    await until(is_the_same, what="a moment in which nothing is committed")


async def test_it_is_another_as_soon_as_a_change_is_answered_whoever_made_it(
    store: Database, database_url: str
) -> None:
    with closing(Database(database_url)) as replica:
        for number, writer in enumerate((store, replica, store)):
            before = await store.last_commit()
            await writer.write(adding(number))
            assert await store.last_commit() != before


async def test_a_change_that_is_under_way_is_not_seen_before_it_is_committed(
    store: Database, database_url: str
) -> None:
    with closing(Database(database_url)) as replica:
        seen: list[object] = []

        def add_and_look(connection: Connection) -> None:
            adding(1)(connection)
            seen.append(asyncio.run_coroutine_threadsafe(store.last_commit(), loop).result(STILL_SECONDS))

        loop = asyncio.get_running_loop()
        await replica.write(add_and_look)
        assert await store.last_commit() not in seen


async def test_where_it_cannot_be_found_out_nothing_is_equal_to_it_and_no_file_is_made(tmp_path: Path) -> None:
    file = tmp_path / "not-yet.db"
    with closing(Database(f"sqlite:///{file}")) as database:
        file.unlink(missing_ok=True)
        assert await database.last_commit() != await database.last_commit()
        assert not file.exists()


async def test_a_lost_server_makes_nothing_hold_and_is_asked_again_when_it_is_back(
    own_postgres_server: PostgresServer,
) -> None:
    with closing(Database(own_postgres_server.create_database())) as database:
        before = await database.last_commit()
        own_postgres_server.kill()
        assert await database.last_commit() != before
        own_postgres_server.start()

        async def is_found_out() -> bool:
            return await database.last_commit() == await database.last_commit()

        await until(is_found_out, what="the last commit")


async def test_those_who_ask_at_once_share_questions_that_begin_after_they_asked(
    postgres_server: PostgresServer,
) -> None:
    with closing(Database(postgres_server.create_database())) as database:
        engine, asked = database._last_commit._engine, []  # type: ignore[attr-defined]
        event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
        # when
        await asyncio.gather(*(database.last_commit() for _ in range(40)))
        # then
        assert len(asked) <= 2


async def test_numbers_of_two_connections_are_not_compared(store: Database) -> None:
    before = await store.last_commit()
    store._last_commit.let_go()
    await store.write(adding(1))
    assert await store.last_commit() != before
