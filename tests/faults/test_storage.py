"""Disks that are full or may not be written to, and a database that goes away under load."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.at_work import all_holds, at_work, through_the_cut_off
from tests.faults.client import Book
from tests.faults.deployment import SERVICES
from tests.faults.house import House
from tests.faults.story import packs
from tests.parts.postgres import PostgresServer

_ON_ITS_WAY_SECONDS = 0.5


async def test_a_full_disk_answers_nobody_with_success_and_harms_nothing(tmp_path: Path) -> None:
    with House(tmp_path) as house:
        async with at_work(house) as people:
            for service in SERVICES:
                process = house.process((service, 0))
                process.disk_full()
                if service == "reporting":
                    await through_the_cut_off(house)
                answered, tries = await answers_during(people.book, seconds=3)
                if service == "programme":
                    assert (answered, tries > 0) == (0, True)
                process.disk_free()
        await all_holds(house, people.book, packs("B01"), doubts=1)


async def test_a_disk_that_may_not_be_written_to_is_told_and_harms_nothing(tmp_path: Path) -> None:
    with House(tmp_path) as house:
        async with at_work(house) as people:
            await asyncio.sleep(1)
            with _read_only(house.data):
                await asyncio.to_thread(house.restart, ("programme", 0))
                await asyncio.to_thread(house.wait_for, ("programme", 0))
                answered, tries = await answers_during(people.book, seconds=2)
                assert (answered, tries > 0) == (0, True)
        await all_holds(house, people.book)


@pytest.mark.postgresql
@pytest.mark.parametrize("how", [PostgresServer.stop, PostgresServer.kill])
async def test_a_database_that_goes_away_under_load_loses_nothing(
    tmp_path: Path, postgres_to_restart: PostgresServer, how: object
) -> None:
    with House(tmp_path, postgres=postgres_to_restart, replicas=2) as house:
        async with at_work(house) as people:
            for each in range(4):
                if each == 2:
                    await through_the_cut_off(house)
                await asyncio.sleep(1)
                await asyncio.to_thread(how, postgres_to_restart)  # type: ignore[arg-type]
                await asyncio.sleep(1)
                await asyncio.to_thread(postgres_to_restart.start)
        await all_holds(house, people.book, packs("B01"), doubts=4)


async def answers_during(book: Book, seconds: float) -> tuple[int, int]:
    """Return how many requests were answered in these seconds, and how often people tried.

    The first moment does not count: what was asked before may be on its way.
    """
    await asyncio.sleep(_ON_ITS_WAY_SECONDS)
    answered, tries = _answered(book), _tries(book)
    await asyncio.sleep(seconds - _ON_ITS_WAY_SECONDS)
    return _answered(book) - answered, _tries(book) - tries


def _answered(book: Book) -> int:
    return sum(asked.answer is not None for asked in book.asked)


def _tries(book: Book) -> int:
    return sum(asked.tries for asked in book.asked)


@contextmanager
def _read_only(folder: Path) -> Iterator[None]:
    """Close a folder and what is in it to everybody who would write."""
    inside = [folder, *folder.iterdir()]
    for path in inside:
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        yield
    finally:
        for path in inside:
            if path.exists():
                path.chmod(path.stat().st_mode | 0o200)
