"""Processes that stand still for longer than every wait and then go on, with no idea that time has passed."""

from __future__ import annotations

import asyncio

from tests.faults.at_work import all_holds, at_work, through_the_cut_off
from tests.faults.conftest import Houses
from tests.faults.deployment import SERVICES
from tests.faults.impatience import LONGEST_SECONDS
from tests.faults.story import packs


async def test_of_two_replicas_the_other_takes_over_and_neither_does_it_twice(houses: Houses) -> None:
    with houses.house(replicas=2) as house:
        async with at_work(house) as people:
            for number in (0, 1):
                hanging = [house.process((service, number)) for service in SERVICES]
                for process in hanging:
                    process.pause()
                if number == 0:
                    await through_the_cut_off(house)
                await asyncio.sleep(1.5 * LONGEST_SECONDS)
                for process in hanging:
                    process.resume()
        # A sender that hangs between a message's last byte and the answer leaves a doubt: one for each pause.
        await all_holds(house, people.book, packs("B01"), doubts=2)


async def test_a_service_that_hung_alone_goes_on_where_it_stood(houses: Houses) -> None:
    with houses.house() as house:
        async with at_work(house) as people:
            await through_the_cut_off(house)
            for service in SERVICES:
                process = house.process((service, 0))
                process.pause()
                await asyncio.sleep(1.5 * LONGEST_SECONDS)
                process.resume()
        await all_holds(house, people.book, packs("B01"), doubts=1)
