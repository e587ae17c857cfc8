"""The one writer: group commit, failures that stay alone, readers that see committed work only."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.runtime.store import engines
from services.runtime.store.commit_notes import after_commit
from services.runtime.store.database import Database, Overloaded, Unavailable
from tests.parts.postgres import PostgresServer
from tests.parts.tables import make_tables
from tests.parts.waiting import STILL_SECONDS

metadata = MetaData()
numbers = Table("numbers", metadata, Column("number", Integer, primary_key=True, autoincrement=False))


def adding(number: int):
    def add(connection: Connection) -> int:
        connection.execute(insert(numbers), {"number": number})
        return number

    return add


def all_numbers(connection: Connection) -> list[int]:
    return list(connection.scalars(select(numbers.c.number).order_by(numbers.c.number)))


class Hold:
    """Keeps the writer busy with one piece of work, so that what is handed in meanwhile forms one group."""

    def __init__(self) -> None:
        self._entered = threading.Event()
        self._free = threading.Event()

    def work(self, _connection: Connection) -> None:
        self._entered.set()
        assert self._free.wait(STILL_SECONDS)

    async def entered(self) -> None:
        assert await asyncio.to_thread(self._entered.wait, STILL_SECONDS)

    def release(self) -> None:
        self._free.set()


@pytest.fixture
def store(database: Database) -> Iterator[Database]:
    make_tables(database, metadata)
    return database


async def test_what_was_written_is_read(store: Database) -> None:
    assert await store.write(adding(7)) == 7

    assert await store.read(all_numbers) == [7]


async def test_work_that_fails_leaves_no_trace_and_its_neighbours_in_the_group_stay(store: Database) -> None:
    def add_and_fail(connection: Connection) -> None:
        adding(2)(connection)
        raise LookupError("no such partner")

    hold = Hold()
    held = asyncio.create_task(store.write(hold.work))
    await hold.entered()
    group = [asyncio.create_task(store.write(work)) for work in (adding(1), add_and_fail, adding(1), adding(3))]
    await asyncio.sleep(0.05)
    hold.release()
    await held
    first, failed, twice, last = await asyncio.gather(*group, return_exceptions=True)

    assert (first, last) == (1, 3)
    assert isinstance(failed, LookupError)
    assert isinstance(twice, IntegrityError)
    assert await store.read(all_numbers) == [1, 3]


async def test_work_that_was_waiting_is_committed_together(store: Database) -> None:
    commits: list[None] = []
    hold = Hold()
    held = asyncio.create_task(store.write(hold.work))
    await hold.entered()
    group = [asyncio.create_task(store.write(adding(number))) for number in range(50)]
    await asyncio.sleep(0.05)
    store.after_commit(lambda _: commits.append(None))
    hold.release()
    await asyncio.gather(held, *group)

    assert len(commits) == 2


async def test_notes_are_handed_on_by_work_that_was_committed_and_no_other(store: Database) -> None:
    handed_on: list[object] = []
    store.after_commit(handed_on.extend)

    def note_and_fail(connection: Connection) -> None:
        after_commit(connection, "failed")
        raise LookupError("no such partner")

    await asyncio.gather(
        store.write(lambda connection: after_commit(connection, "first")),
        store.write(note_and_fail),
        store.write(lambda connection: after_commit(connection, "last")),
        return_exceptions=True,
    )

    assert handed_on == ["first", "last"]


async def test_a_caller_who_went_away_before_the_work_began_is_not_served(store: Database) -> None:
    hold = Hold()
    held = asyncio.create_task(store.write(hold.work))
    await hold.entered()
    gone = asyncio.create_task(store.write(adding(1)))
    await asyncio.sleep(0.05)
    gone.cancel()
    await asyncio.sleep(0)
    hold.release()
    await held
    await store.write(adding(2))

    assert await store.read(all_numbers) == [2]


async def test_too_much_waiting_work_is_turned_away(database_url: str) -> None:
    database = Database(database_url, waiting_limit=3)
    hold = Hold()
    held = asyncio.create_task(database.write(hold.work))
    await hold.entered()
    waiting = [asyncio.create_task(database.write(lambda _: None)) for _ in range(3)]
    await asyncio.sleep(0.05)

    with pytest.raises(Overloaded):
        await database.write(lambda _: None)

    hold.release()
    await asyncio.gather(held, *waiting)
    database.close()


async def test_closing_stores_what_is_waiting_and_takes_no_more(database_url: str) -> None:
    database = Database(database_url)
    make_tables(database, metadata)
    writes = [asyncio.create_task(database.write(adding(number))) for number in range(20)]
    await asyncio.sleep(0)
    await asyncio.to_thread(database.close)

    assert await asyncio.gather(*writes) == list(range(20))
    with pytest.raises(Unavailable, match="closed"):
        await database.write(adding(99))
    again = Database(database_url)
    assert again.read_sync(all_numbers) == list(range(20))
    again.close()


async def test_the_writer_thread_refuses_to_wait_for_itself(store: Database) -> None:
    with pytest.raises(RuntimeError, match="wait for itself"):
        await store.write(lambda _: store.write_sync(adding(1)))


async def test_a_reader_cannot_write(store: Database) -> None:
    with pytest.raises(Exception, match=r"readonly|read-only"):
        await store.read(adding(1))


async def test_a_reader_sees_one_state_throughout(store: Database) -> None:
    def before_and_after_a_write(connection: Connection) -> tuple[list[int], list[int]]:
        before = all_numbers(connection)
        store.write_sync(adding(1))
        return before, all_numbers(connection)

    assert await store.read(before_and_after_a_write) == ([], [])
    assert await store.read(all_numbers) == [1]


async def test_two_replicas_write_to_one_database(store: Database, database_url: str) -> None:
    other = Database(database_url)
    make_tables(other, metadata)

    writes = [store.write(adding(number)) for number in range(0, 200, 2)]
    others = [other.write(adding(number)) for number in range(1, 200, 2)]
    await asyncio.gather(*writes, *others)

    assert await other.read(all_numbers) == list(range(200))
    other.close()


async def test_a_database_that_may_not_be_written_to_is_unavailable_until_it_may(store: Database) -> None:
    def read_only(connection: Connection) -> None:
        statement = "PRAGMA query_only=ON" if store.dialect == "sqlite" else "SET TRANSACTION READ ONLY"
        connection.execute(text(statement))
        adding(1)(connection)

    with pytest.raises(Unavailable, match="send it again"):
        await store.write(read_only)

    assert await store.write(adding(2)) == 2


async def test_a_statement_that_is_wrong_is_not_the_databases_fault(store: Database) -> None:
    with pytest.raises(DBAPIError):
        await store.write(lambda connection: connection.execute(text("SELECT * FROM nowhere")))


async def test_replicas_that_wait_for_each_other_are_parted_and_each_does_its_work(
    postgres_server: PostgresServer,
) -> None:
    url = postgres_server.create_database()
    replicas = [Database(url), Database(url)]
    make_tables(replicas[0], metadata)
    for number in (1, 2):
        await replicas[0].write(adding(number))
    both_hold_one = threading.Barrier(2)

    def raising(first: int, second: int):
        def raise_by_ten(connection: Connection) -> None:
            for number in (first, second):
                its = numbers.c.number % 10 == number
                connection.execute(update(numbers).where(its).values(number=numbers.c.number + 10))
                if number == first and not both_hold_one.broken:
                    with suppress(threading.BrokenBarrierError):
                        both_hold_one.wait(2)
            both_hold_one.abort()

        return raise_by_ten

    await asyncio.gather(replicas[0].write(raising(1, 2)), replicas[1].write(raising(2, 1)))

    assert await replicas[0].read(all_numbers) == [21, 22]
    for replica in replicas:
        replica.close()
    postgres_server.drop_database(url)


async def test_work_that_never_gets_its_lock_may_be_sent_again(postgres_server: PostgresServer) -> None:
    url = postgres_server.create_database()
    database = Database(url)
    tries = 0

    def never_gets_its_lock(connection: Connection) -> None:
        nonlocal tries
        tries += 1
        connection.execute(text("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'lock_not_available'; END $$"))

    with pytest.raises(Unavailable, match="send it again"):
        await database.write(never_gets_its_lock)

    assert tries > 1
    database.close()
    postgres_server.drop_database(url)


async def test_a_lost_server_fails_the_group_undoes_memory_and_the_next_group_reconnects(
    own_postgres_server: PostgresServer,
) -> None:
    database = Database(own_postgres_server.create_database())
    make_tables(database, metadata)
    memory = [1]

    def add_then_lose_the_server(connection: Connection) -> None:
        adding(1)(connection)
        own_postgres_server.kill()

    with pytest.raises(Unavailable, match="did not acknowledge"):
        await database.write(add_then_lose_the_server, undone=memory.clear)
    assert memory == []
    with pytest.raises(Unavailable):
        await database.read(all_numbers)

    own_postgres_server.start()
    await database.write(adding(2))
    assert await database.read(all_numbers) == [2]
    database.close()


async def test_memory_is_undone_latest_first_when_the_commit_fails(own_postgres_server: PostgresServer) -> None:
    database = Database(own_postgres_server.create_database())
    make_tables(database, metadata)
    undone: list[str] = []
    hold = Hold()
    held = asyncio.create_task(database.write(hold.work))
    await hold.entered()
    group = [
        asyncio.create_task(database.write(adding(1), undone=lambda: undone.append("first"))),
        asyncio.create_task(database.write(adding(2), undone=lambda: undone.append("second"))),
        asyncio.create_task(database.write(lambda _: own_postgres_server.kill())),
    ]
    await asyncio.sleep(0.05)
    hold.release()
    await held
    outcomes = await asyncio.gather(*group, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 3
    assert undone == ["second", "first"]
    database.close()


async def test_work_that_meets_the_lost_connection_itself_is_told_so_as_its_neighbours_are(
    own_postgres_server: PostgresServer,
) -> None:
    database = Database(own_postgres_server.create_database())
    make_tables(database, metadata)
    hold = Hold()
    held = asyncio.create_task(database.write(hold.work))
    await hold.entered()

    def lose_the_server_then_add(connection: Connection) -> int:
        own_postgres_server.kill()
        return adding(2)(connection)

    def fail(_connection: Connection) -> None:
        raise LookupError("no such partner")

    group = [asyncio.create_task(database.write(work)) for work in (adding(1), fail, lose_the_server_then_add)]
    await asyncio.sleep(0.05)
    hold.release()
    await held
    outcomes = await asyncio.gather(*group, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [Unavailable, LookupError, Unavailable]
    database.close()


async def test_a_sqlite_write_waits_for_another_process_to_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_SQLITE_PATIENCE_SECONDS", STILL_SECONDS)
    url = f"sqlite:///{tmp_path / 'shared.db'}"
    mine, theirs = Database(url), Database(url)
    make_tables(mine, metadata)
    hold = Hold()
    held = asyncio.create_task(theirs.write(hold.work))
    await hold.entered()
    waiting = asyncio.create_task(mine.write(adding(1)))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    hold.release()
    await held

    assert await waiting == 1
    mine.close()
    theirs.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://host/name", "nonsense"])
def test_a_database_that_cannot_hold_a_log_is_refused_in_words(url: str) -> None:
    with pytest.raises(ValueError, match=r"sqlite:///"):
        Database(url)
