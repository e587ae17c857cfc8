"""From the kept version to today's, to one of tomorrow and back again, replica by replica, while people work."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.faults.at_work import all_holds, through_the_cut_off
from tests.faults.rest import issued
from tests.faults.story import PARTNERSHIPS, found, packs
from tests.parts.postgres import PostgresServer
from tests.upgrades.rolling import Callers, Readers, RollingHouse
from tests.upgrades.versions import Version, kept, tomorrows

_LAST_ANSWERS_SECONDS = 90.0
_HEAD_OF_KEPT = "programme_0007"
TODAYS = None


@asynccontextmanager
async def people_in(house: RollingHouse) -> AsyncIterator[tuple[Callers, Readers]]:
    """Found the partnerships and have people work in them and look at them until the end of the block."""
    await found(house.url(("programme", 0)))
    urls = [house.url(("programme", number)) for number in (0, 1)]
    callers = Callers(urls, PARTNERSHIPS, house.software, random.Random(1))
    readers = Readers(house, random.Random(2))
    work = [asyncio.create_task(each) for each in (callers.work(3), readers.work())]
    try:
        yield callers, readers
    finally:
        callers.go_home()
        readers.go_home()
        async with asyncio.timeout(_LAST_ANSWERS_SECONDS):
            await asyncio.gather(*work)


async def expand(house: RollingHouse, version: Version | None) -> None:
    """Do what docs/operations.md says before the first replica is replaced, with the version that is to come."""
    status, said = await asyncio.to_thread(house.command_of, version, "migrate")
    assert status == 0, said


@pytest.mark.postgresql
async def test_nobody_notices_that_replicas_are_upgraded_and_put_back_while_people_work(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    (tmp_path / "house").mkdir()
    with (
        kept(tmp_path / "kept") as older,
        tomorrows(tmp_path / "tomorrow") as newer,
        RollingHouse(tmp_path / "house", postgres_server, older) as house,
    ):
        async with people_in(house) as (callers, readers):
            # when: the kept version becomes today's, and a pack falls due with both at work
            await expand(house, TODAYS)
            await house.replace_all(0, TODAYS)
            await through_the_cut_off(house, "B01")
            assert await issued(house, packs("B01")) == []
            await house.replace_all(1, TODAYS)

            # and: today's becomes tomorrow's, and a pack falls due with both at work
            await expand(house, newer)
            await house.replace_all(0, newer)
            await through_the_cut_off(house, "B02")
            assert await issued(house, packs("B02")) == []
            await house.replace_all(1, newer)

            # and: tomorrow's becomes today's again, which stays with the database that was expanded
            for number in (0, 1):
                await house.replace_all(number, TODAYS)

        # then: no second try failed
        assert [asked for asked in callers.book.asked if asked.tries > 2] == []
        assert readers.refused == []
        assert len(callers.book.answered) > 20 < readers.asked
        # and: all that was answered is there once, and so are packs and e-mails
        await all_holds(house, callers.book, (*packs("B01"), *packs("B02")))
        code, said = await asyncio.to_thread(house.command, "verify")
        assert code == 0, said
        # and: today's version works with tomorrow's database; the kept one cannot know that, and refuses it in words
        code, said = await asyncio.to_thread(house.command, "migrate")
        assert code == 0, said
        assert "programme: nothing to do, this version works with its newer schema programme_" in said
        code, said = await asyncio.to_thread(house.command_of, older, "migrate", "--check")
        assert code == 1
        assert (
            f"the newest that this version of Concordat knows is {_HEAD_OF_KEPT}; start the version that made" in said
        )
