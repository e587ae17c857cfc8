"""What a group writes together: late, all at once, and still each change by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, func, insert, select
from sqlalchemy.exc import IntegrityError

from services.runtime.store.database import Database
from services.runtime.store.write_batch import Question, find_out, want_written, write_now
from tests.parts.tables import make_tables
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
    make_tables(database, metadata)
    return database


@pytest.fixture
def writes() -> Numbers:
    return Numbers()


class WhichThereAre:
    """Reads which of some numbers are there, and keeps how many it was asked for at a time."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def read(self, connection: Connection, asked: Sequence[int]) -> dict[int, bool]:
        self.batches.append(len(asked))
        return dict.fromkeys(connection.scalars(select(numbers).where(numbers.c.number.in_(asked))), True)


async def in_one_group(
    store: Database, *changes: Callable[[Connection], object], questions: Sequence[Question | None] = ()
) -> list[object]:
    """Do changes in one transaction, each with its question, and return what came of each."""
    hold = Hold()
    held = asyncio.create_task(store.write(hold.work))
    await hold.entered()
    asking = questions or [None] * len(changes)
    waiting = [
        asyncio.create_task(store.write(change, question=question))
        for change, question in zip(changes, asking, strict=True)
    ]
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


async def test_the_questions_of_a_group_are_asked_together(store: Database, writes: Numbers) -> None:
    await store.write(wanting(writes, 2))
    reads = WhichThereAre()
    questions = [Question(reads, number) for number in (1, 2, 3)]
    asking = [partial(find_out, question=question) for question in questions]

    assert await in_one_group(store, *asking, questions=questions) == [None, True, None]
    assert reads.batches == [3]


async def test_who_asks_what_one_before_has_asked_learns_what_that_one_did(store: Database, writes: Numbers) -> None:
    reads = WhichThereAre()
    question = Question(reads, 7)

    def unless_there(connection: Connection) -> bool:
        if is_there := find_out(connection, question):
            return is_there
        want_written(connection, writes, 7)
        return False

    assert await in_one_group(store, unless_there, unless_there, questions=[question, question]) == [False, True]
    assert await store.read(counted) == 1


async def test_who_asks_what_one_before_has_asked_and_failed_at_is_not_told_that_it_was_done(
    store: Database, writes: Numbers
) -> None:
    question = Question(WhichThereAre(), 7)

    def fail(connection: Connection) -> None:
        find_out(connection, question)
        want_written(connection, writes, 7)
        raise LookupError("it fails")

    failed, found = await in_one_group(store, fail, partial(find_out, question=question), questions=[question] * 2)
    assert (type(failed), found) == (LookupError, None)


async def test_what_is_written_now_fails_by_itself_and_at_once(store: Database, writes: Numbers) -> None:
    await store.write(wanting(writes, 1))
    reached: list[str] = []

    def do_something_elsewhere(connection: Connection) -> None:
        want_written(connection, writes, 1)
        write_now(connection)
        reached.append("elsewhere")

    done, failed = await in_one_group(store, wanting(writes, 5), do_something_elsewhere)
    assert (done, type(failed), reached) == (5, IntegrityError, [])
    assert await store.read(counted) == 2
