"""What networks do to the connections between the services and NATS."""

from __future__ import annotations

import asyncio

import pytest

from tests.faults.at_work import all_holds, at_work, through_the_cut_off
from tests.faults.conftest import Houses
from tests.faults.house import House
from tests.faults.impatience import LONGEST_SECONDS
from tests.faults.proxy import Proxy
from tests.faults.story import packs

WAYS = (Proxy.cut, Proxy.black_hole, Proxy.half_close, Proxy.refuse)


@pytest.mark.short_form("sqlite")
async def test_connections_that_are_cut_silent_half_closed_or_refused_lose_nothing(houses: Houses) -> None:
    with houses.house() as house:
        async with at_work(house) as people:
            for way in WAYS:
                await _for_a_while(house, way, 1.5)
            await through_the_cut_off(house)
            for way in WAYS:
                await _for_a_while(house, way, 1.5)
        await all_holds(house, people.book, packs("B01"))


async def test_a_broker_that_is_silent_for_longer_than_every_wait_is_found_again(houses: Houses) -> None:
    with houses.house() as house:
        async with at_work(house) as people:
            await through_the_cut_off(house)
            await _for_a_while(house, Proxy.black_hole, 1.5 * LONGEST_SECONDS)
        await all_holds(house, people.book, packs("B01"))


async def test_a_slow_network_makes_things_slow_and_nothing_else(houses: Houses) -> None:
    with houses.house() as house:
        async with at_work(house, people=2) as people:
            for proxy in house.proxies.values():
                proxy.delay(0.05)
            await through_the_cut_off(house)
            await asyncio.sleep(4)
        await all_holds(house, people.book, packs("B01"))


async def _for_a_while(house: House, way: object, seconds: float) -> None:
    for proxy in house.proxies.values():
        await asyncio.to_thread(way, proxy)  # type: ignore[arg-type]
    await asyncio.sleep(seconds)
    for proxy in house.proxies.values():
        await asyncio.to_thread(proxy.heal)
    await asyncio.sleep(0.5)
