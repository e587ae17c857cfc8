"""Changes that are committed together: each fails by itself, whatever it has done by then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import IntegrityError

from services.runtime.store.database import Database
from tests.parts.tables import make_tables
from tests.runtime.test_database import Hold

metadata = MetaData()
numbers = Table("numbers", metadata, Column("number", Integer, primary_key=True, autoincrement=False))


@pytest.fixture
def store(database: Database) -> Database:
    make_tables(database, metadata)
    return database


def adding(number: int) -> Callable[[Connection], int]:
    def add(connection: Connection) -> int:
        connection.execute(insert(numbers), {"number": number})
        return number

    return add


def all_numbers(connection: Connection) -> list[int]:
    return list(connection.scalars(select(numbers.c.number).order_by(numbers.c.number)))


async def in_one_group(store: Database, *changes: Callable[[Connection], object]) -> list[object]:
    """Do changes in one transaction and return what came of each."""
    hold = Hold()
    held = asyncio.create_task(store.write(hold.work))
    await hold.entered()
    group = [asyncio.create_task(store.write(change)) for change in changes]
    await asyncio.sleep(0)
    hold.release()
    await held
    return await asyncio.gather(*group, return_exceptions=True)


async def test_a_change_that_fails_behind_a_write_takes_back_its_own_and_nothing_else(store: Database) -> None:
    def fails(connection: Connection) -> None:
        adding(2)(connection)
        raise LookupError("no")

    first, failed, last = await in_one_group(store, adding(1), fails, adding(3))

    assert (first, type(failed), last) == (1, LookupError, 3)
    assert await store.read(all_numbers) == [1, 3]


async def test_a_change_that_the_database_refuses_fails_alone(store: Database) -> None:
    await store.write(adding(2))

    first, failed, found = await in_one_group(store, adding(1), adding(2), all_numbers)

    assert (first, type(failed), found) == (1, IntegrityError, [1, 2])


async def test_a_change_that_fails_before_it_writes_has_no_other_done_again(store: Database) -> None:
    done: list[int] = []

    def counts(connection: Connection) -> None:
        done.append(adding(1)(connection))

    def refuses(connection: Connection) -> None:
        all_numbers(connection)
        raise LookupError("no")

    _, failed, found = await in_one_group(store, counts, refuses, all_numbers)

    assert (type(failed), found, done) == (LookupError, [1], [1])


async def test_memory_that_ran_ahead_is_thrown_away_before_a_change_is_done_again(store: Database) -> None:
    await store.write(adding(2))
    seen: list[int] = []
    hold = Hold()
    held = asyncio.create_task(store.write(hold.work))
    await hold.entered()

    def remembers(connection: Connection) -> None:
        seen.append(adding(1)(connection))

    def fails(connection: Connection) -> None:
        adding(3)(connection)
        raise LookupError("no")

    remembered = asyncio.create_task(store.write(remembers, undone=seen.clear))
    refused = asyncio.create_task(store.write(fails))
    await asyncio.sleep(0)
    hold.release()
    await asyncio.gather(held, remembered, refused, return_exceptions=True)

    assert seen == [1]
    assert await store.read(all_numbers) == [1, 2]


async def test_a_change_that_fails_alone_in_its_group_leaves_nothing_and_the_next_goes_well(store: Database) -> None:
    def fails(connection: Connection) -> None:
        adding(1)(connection)
        raise LookupError("no")

    with pytest.raises(LookupError):
        await store.write(fails)

    assert await store.write(adding(2)) == 2
    assert await store.read(all_numbers) == [2]


async def test_who_looks_in_a_group_finds_what_those_before_have_written(store: Database) -> None:
    assert await in_one_group(store, adding(1), all_numbers, adding(2), all_numbers) == [1, [1], 2, [1, 2]]
