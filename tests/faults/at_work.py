"""A house in which people work while something happens to it, and the question whether all holds afterwards."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from tests.faults.client import Book, People
from tests.faults.deployment import Deployment
from tests.faults.house import House
from tests.faults.oracle import Issues, verdict
from tests.faults.rest import at_rest
from tests.faults.story import MEETINGS, PARTNERSHIPS, SETTLED, found

_BEFORE_THE_CUT_OFF = timedelta(seconds=2)
_LAST_ANSWERS_SECONDS = 90.0


@asynccontextmanager
async def at_work(house: House, people: int = 4) -> AsyncIterator[People]:
    """Found the partnerships and have people work until the end of the block, when each has had every answer."""
    await found(house.url(("programme", 0)))
    async with working(house, people) as everybody:
        yield everybody


@asynccontextmanager
async def working(house: Deployment, people: int = 4, *, first: int = 1) -> AsyncIterator[People]:
    """Have people work in partnerships that are there already; ``first`` is the number of their first command."""
    urls = [house.url(member) for member in house.members if member[0] == "programme"]
    everybody = People(urls, PARTNERSHIPS, house.software, random.Random(1), first=first)
    work = asyncio.create_task(everybody.work(people))
    try:
        yield everybody
    finally:
        everybody.go_home()
        _, unanswered = await asyncio.wait({work}, timeout=_LAST_ANSWERS_SECONDS)
        work.cancel()
        assert not unanswered, f"people have asked for {_LAST_ANSWERS_SECONDS:.0f} seconds and were not answered"
        await work


async def all_holds(house: House, book: Book, due: Issues = (), *, doubts: int = 0) -> None:
    """Assert that the house comes to rest and keeps every promise."""
    lacking = await at_rest(house, due)
    assert lacking == [], "\n".join(lacking)
    found = await verdict(house, book, due, doubts=doubts)
    assert found == [], "\n".join(map(str, found))


async def through_the_cut_off(house: House, meeting: str = "B01") -> None:
    """Let the clock run past the cut-off of a meeting, while people work, and on to the issue of its pack."""
    _, cut_off, issue = MEETINGS[meeting]
    house.clock.move_to(cut_off - _BEFORE_THE_CUT_OFF)
    await asyncio.sleep(2 * _BEFORE_THE_CUT_OFF.total_seconds())
    house.clock.move_to(issue + SETTLED)
