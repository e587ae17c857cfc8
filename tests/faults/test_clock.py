"""Clocks that jump: ahead over a cut-off, and back behind it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from tests.faults.at_work import all_holds, at_work, through_the_cut_off
from tests.faults.conftest import Houses
from tests.faults.rest import issued
from tests.faults.story import MEETINGS, SETTLED, packs


async def test_a_clock_that_goes_back_never_takes_the_log_back_nor_a_fact_into_an_issued_pack(houses: Houses) -> None:
    _, cut_off, issue = MEETINGS["B01"]
    with houses.house() as house:
        async with at_work(house) as people:
            await through_the_cut_off(house)
            assert await issued(house, packs("B01")) == []
            house.clock.move_to(cut_off - timedelta(minutes=5))
            await asyncio.sleep(2)
            house.clock.move_to(issue + SETTLED)
        await all_holds(house, people.book, packs("B01"))


async def test_a_clock_that_jumps_to_and_fro_around_the_cut_off_issues_each_pack_once(houses: Houses) -> None:
    _, cut_off, issue = MEETINGS["B01"]
    with houses.house(replicas=2) as house:
        async with at_work(house) as people:
            for each in range(6):
                instant = issue + SETTLED if each % 2 else cut_off - timedelta(seconds=each)
                house.clock.move_to(instant)
                await asyncio.sleep(1.2)
        await all_holds(house, people.book, packs("B01"))


async def test_a_clock_that_skips_two_quarters_makes_up_for_what_has_not_lapsed(houses: Houses) -> None:
    _, _, issue = MEETINGS["B02"]
    with houses.house() as house:
        async with at_work(house) as people:
            house.clock.move_to(issue + SETTLED)
        await all_holds(house, people.book, packs("B02"))
