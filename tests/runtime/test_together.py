"""What a group writes together: late, all at once, and still each change by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, func, insert, select
from sqlalchemy.exc import IntegrityError

from services.runtime.database import Database
from services.runtime.together import want_written
from tests.runtime.test_database import Hold

metadata = MetaData()
numbers = Table("numbers", metadata, Column("number", Integer, primary_key=True, autoincrement=False))


class Numbers:
    """Writes numbers, and keeps how many it was given at a time."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def write(self, connection: Connection, wanted: Sequence[int]) -> None:
        self.batches.append(len(wanted))
        connection.execute(insert(numbers), [{"number": number} for number in wanted])


@pytest.fixture
def store(database: Database) -> Database:
    database.create(metadata)
    return database


@pytest.fixture
def writes() -> Numbers:
    return Numbers()


async def in_one_group(store: Database, *changes: Callable[[Connection], object]) -> list[object]:
    """Do changes in one transaction and return what came of each."""
    hold = Hold()
    held = asyncio.create_task(store.write(hold.work))
    await hold.entered()
    waiting = [asyncio.create_task(store.write(change)) for change in changes]
    await asyncio.sleep(0)
    hold.release()
    await held
    return await asyncio.gather(*waiting, return_exceptions=True)


def wanting(writes: Numbers, number: int) -> Callable[[Connection], int]:
    def change(connection: Connection) -> int:
        want_written(connection, writes, number)
        return number

    return change


def counted(connection: Connection) -> int | None:
    return connection.scalar(select(func.count()).select_from(numbers))


async def test_what_all_changes_of_a_group_want_is_there_after_it(store: Database, writes: Numbers) -> None:
    assert await in_one_group(store, *(wanting(writes, number) for number in range(5))) == [0, 1, 2, 3, 4]

    assert await store.read(counted) == 5


async def test_on_sqlite_a_group_writes_once(store: Database, writes: Numbers) -> None:
    await in_one_group(store, *(wanting(writes, number) for number in range(5)))

    assert writes.batches == ([5] if store.dialect == "sqlite" else [1] * 5)


async def test_a_change_finds_written_what_it_and_those_before_it_wanted(store: Database, writes: Numbers) -> None:
    def wants_and_counts(connection: Connection) -> int | None:
        want_written(connection, writes, 2)
        return counted(connection)

    found = await in_one_group(store, wanting(writes, 1), wants_and_counts, wanting(writes, 3), counted)

    assert found == [1, 2, 3, 3]


@pytest.mark.parametrize("looks", [False, True], ids=["at once", "after it ran a statement"])
async def test_a_change_that_fails_takes_back_what_it_wanted_and_nothing_else(
    store: Database, writes: Numbers, looks: bool
) -> None:
    def fails(connection: Connection) -> None:
        want_written(connection, writes, 2)
        if looks:
            counted(connection)
        raise LookupError("no")

    found = await in_one_group(store, wanting(writes, 1), fails, wanting(writes, 3))

    assert [found[0], found[2]] == [1, 3]
    assert isinstance(found[1], LookupError)
    assert await store.read(lambda c: list(c.scalars(select(numbers.c.number).order_by(numbers.c.number)))) == [1, 3]


@pytest.mark.parametrize("looked_at", [False, True], ids=["at the end", "before the next statement"])
async def test_what_cannot_be_written_fails_the_change_that_wanted_it_and_no_other(
    store: Database, writes: Numbers, looked_at: bool
) -> None:
    await store.write(wanting(writes, 2))
    last = counted if looked_at else wanting(writes, 4)

    found = await in_one_group(store, wanting(writes, 1), wanting(writes, 2), wanting(writes, 3), last)

    assert [found[0], found[2]] == [1, 3]
    assert isinstance(found[1], IntegrityError)
    assert await store.read(counted) == (3 if looked_at else 4)


async def test_memory_that_ran_ahead_is_thrown_away_before_changes_are_done_one_by_one(
    store: Database, writes: Numbers
) -> None:
    await store.write(wanting(writes, 2))
    seen: list[int] = []
    hold = Hold()
    held = asyncio.create_task(store.write(hold.work))
    await hold.entered()

    def remembers(connection: Connection) -> None:
        want_written(connection, writes, 1)
        seen.append(1)

    remembered = asyncio.create_task(store.write(remembers, undone=seen.clear))
    refused = asyncio.create_task(store.write(wanting(writes, 2)))
    await asyncio.sleep(0)
    hold.release()
    await asyncio.gather(held, remembered, refused, return_exceptions=True)

    assert seen == [1]
    assert await store.read(counted) == 2


async def test_a_change_that_swallows_what_is_not_its_own_failure_does_not_lose_what_others_wanted(
    store: Database, writes: Numbers
) -> None:
    await store.write(wanting(writes, 2))

    def swallows(connection: Connection) -> str:
        try:
            counted(connection)
        except Exception:  # noqa: BLE001 - as an effect might that does not know of groups
            return "swallowed"
        return "counted"

    found = await in_one_group(store, wanting(writes, 1), wanting(writes, 2), swallows, wanting(writes, 3))

    assert [found[0], found[2], found[3]] == [1, "counted", 3]
    assert isinstance(found[1], IntegrityError)
    assert await store.read(lambda c: list(c.scalars(select(numbers.c.number).order_by(numbers.c.number)))) == [1, 2, 3]
