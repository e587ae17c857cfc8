"""A SQLite file that may not be written to for a while, as on a disk that the system has made read-only."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, select

from services.runtime.base.clock import SystemClock
from services.runtime.process import clock_guard
from services.runtime.process.clock_guard import ClockGuard, questioned
from services.runtime.store.database import Database, Unavailable
from tests.parts.permissions import give_up_the_right_to_any_file
from tests.parts.tables import make_tables

metadata = MetaData()
numbers = Table("numbers", metadata, Column("number", Integer, primary_key=True))


def add(number: int) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(insert(numbers).values(number=number))


def all_numbers(connection: Connection) -> list[int]:
    return list(connection.scalars(select(numbers.c.number).order_by(numbers.c.number)))


@pytest.fixture
def bound() -> Iterator[ThreadPoolExecutor]:
    """Give a thread that permissions bind, whoever runs the tests."""
    with ThreadPoolExecutor(1, initializer=give_up_the_right_to_any_file) as thread:
        yield thread


def as_a_killed_process_left_it(folder: Path) -> str:
    """Return the address of a database with its log of what was last written still beside it."""
    (folder / "left").mkdir()
    database = Database(f"sqlite:///{folder}/store.db")
    make_tables(database, metadata)
    database.write_sync(add(1))
    for file in folder.glob("store.db*"):
        shutil.copy(file, folder / "left")
    database.close()
    return f"sqlite:///{folder}/left/store.db"


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    inside = [*folder.iterdir(), folder]
    for path in inside:
        path.chmod(path.stat().st_mode & ~0o222)
    yield
    for path in inside:
        path.chmod(path.stat().st_mode | 0o200)


def refused(database: Database) -> None:
    with pytest.raises(Unavailable, match="send it again"):
        database.write_sync(add(2))


def handles() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_it_is_written_to_as_soon_as_it_may_be_though_it_was_read_meanwhile(
    tmp_path: Path, bound: ThreadPoolExecutor
) -> None:
    def story() -> list[int]:
        # given: a process that began while it was read-only, and has read it
        url = as_a_killed_process_left_it(tmp_path)
        with read_only(tmp_path / "left"):
            database = Database(url)
            assert database.read_sync(all_numbers) == [1]
            refused(database)
            assert database.read_sync(all_numbers) == [1]

        # when: it may be written to again, which the first that writes finds out
        with suppress(Unavailable):
            database.write_sync(add(2))
        database.write_sync(add(3))

        found = database.read_sync(all_numbers)
        database.close()
        return found

    assert 3 in bound.submit(story).result()


def test_who_reads_on_while_it_changes_does_not_keep_it_closed_to_the_writer(
    tmp_path: Path, bound: ThreadPoolExecutor
) -> None:
    def story() -> list[int]:
        # given: a reader that is at work while a write is refused
        url = as_a_killed_process_left_it(tmp_path)
        with read_only(tmp_path / "left"):
            database = Database(url)
            database.read_sync(lambda _: refused(database))

        # when
        database.write_sync(add(3))

        found = database.read_sync(all_numbers)
        database.close()
        return found

    assert bound.submit(story).result() == [1, 3]


def test_trying_in_vain_takes_no_file_handles(tmp_path: Path, bound: ThreadPoolExecutor) -> None:
    def story() -> int:
        url = as_a_killed_process_left_it(tmp_path)
        with read_only(tmp_path / "left"):
            database = Database(url)
            for _ in range(5):
                database.read_sync(all_numbers)
                refused(database)
            before = handles()
            for _ in range(20):
                database.read_sync(all_numbers)
                refused(database)
            grown = handles() - before
        database.close()
        return grown

    assert bound.submit(story).result() <= 0


def test_a_clock_that_cannot_be_written_down_keeps_no_service_from_starting(
    tmp_path: Path, bound: ThreadPoolExecutor
) -> None:
    async def story() -> str | None:
        url = as_a_killed_process_left_it(tmp_path)
        database = Database(url)
        make_tables(database, clock_guard.metadata)
        guard = ClockGuard(database, SystemClock(), 24, lambda _connection: None)
        with read_only(tmp_path / "left"):
            await guard.start()
        await guard.look()
        known = await database.read(lambda connection: connection.exec_driver_sql("SELECT * FROM known_instants").all())
        assert len(known) == 1
        assert await database.read(questioned) is None
        database.close()
        return guard.blockage("LAP")

    assert bound.submit(asyncio.run, story()).result() is None
