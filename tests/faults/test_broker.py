"""A broker that dies, hangs, runs out of disk, repeats itself, and forgets."""

from __future__ import annotations

import asyncio
import random

import pytest

from services.runtime.messaging.broker import BrokerAddress, connect
from tests.faults.at_work import all_holds, at_work, through_the_cut_off
from tests.faults.conftest import Houses
from tests.faults.evidence import gather
from tests.faults.house import House
from tests.faults.impatience import LONGEST_SECONDS
from tests.faults.rest import at_rest, issued
from tests.faults.story import packs
from tests.parts.seals import sealed


@pytest.mark.short_form("sqlite")
async def test_a_broker_that_is_killed_again_and_again_loses_nothing(houses: Houses) -> None:
    chance = random.Random(1)
    with houses.house() as house:
        async with at_work(house) as people:
            for each in range(8):
                if each == 4:
                    await through_the_cut_off(house)
                await asyncio.sleep(chance.uniform(0.1, 1.5))
                await asyncio.to_thread(house.nats.kill)
                await asyncio.sleep(chance.uniform(0, 0.5))
                await asyncio.to_thread(house.nats.start)
        await all_holds(house, people.book, packs("B01"))


async def test_a_broker_that_hangs_for_longer_than_every_wait_loses_nothing(houses: Houses) -> None:
    with houses.house() as house:
        async with at_work(house) as people:
            await through_the_cut_off(house)
            house.nats.pause()
            await asyncio.sleep(1.5 * LONGEST_SECONDS)
            house.nats.resume()
        await all_holds(house, people.book, packs("B01"))


async def test_a_broker_whose_disk_is_full_takes_nothing_and_gets_everything_once_it_has_room(houses: Houses) -> None:
    with houses.house() as house:
        async with at_work(house) as people:
            house.nats.limit_files(0)
            await through_the_cut_off(house)
            house.nats.limit_files(None)
            await asyncio.to_thread(house.nats.kill)
            await asyncio.to_thread(house.nats.start)
        await all_holds(house, people.book, packs("B01"))


async def test_events_that_come_again_and_in_any_order_change_nothing(houses: Houses) -> None:
    chance = random.Random(1)
    with houses.house() as house:
        async with at_work(house) as people:
            await through_the_cut_off(house)
            for _ in range(5):
                await asyncio.to_thread(house.proxies["programme"].black_hole)
                await asyncio.sleep(0.7)
                await deliver_out_of_order(house, chance)
                await asyncio.to_thread(house.proxies["programme"].heal)
        await all_holds(house, people.book, packs("B01"))


@pytest.mark.parametrize("stream", ["PROGRAMME", "REPORTING"])
async def test_what_was_on_a_deleted_stream_comes_back_when_the_logs_are_sent_again(
    houses: Houses, stream: str
) -> None:
    with houses.house() as house:
        async with at_work(house) as people:
            house.kill(("notifications", 0))
            await through_the_cut_off(house)
            assert await issued(house, packs("B01")) == []
            connection = await connect(BrokerAddress(house.nats.url), "test")
            await connection.jsm().delete_stream(stream)
            await connection.close()
            await asyncio.sleep(1)
            await republished(house)
            house.start(("notifications", 0))
        await all_holds(house, people.book, packs("B01"))


async def test_what_an_older_copy_of_the_streams_lacks_comes_back_when_the_logs_are_sent_again(
    houses: Houses,
) -> None:
    with houses.house() as house:
        async with at_work(house) as people:
            await asyncio.to_thread(house.keep_copy_of_streams)
            house.kill(("notifications", 0))
            await through_the_cut_off(house)
            assert await issued(house, packs("B01")) == []
            await asyncio.to_thread(house.restore_copy_of_streams)
            await asyncio.sleep(1)
            await republished(house)
            house.start(("notifications", 0))
        await all_holds(house, people.book, packs("B01"))


async def test_a_partnership_whose_events_are_missing_is_blocked_and_says_so(houses: Houses) -> None:
    with houses.house() as house:
        async with at_work(house) as people:
            house.kill(("reporting", 0))
            await asyncio.sleep(1)
            connection = await connect(BrokerAddress(house.nats.url), "test")
            await connection.jsm().purge_stream("PROGRAMME")
            await connection.close()
            await asyncio.to_thread(house.start, ("reporting", 0))
            await asyncio.to_thread(house.wait_for, ("reporting", 0))
        lacking = await at_rest(house, still=4)
        assert any(each.startswith("blocked: ") and "is missing" in each for each in lacking)
        await republished(house)
        await all_holds(house, people.book)


async def republished(house: House) -> None:
    assert await asyncio.to_thread(house.republish) is None


async def deliver_out_of_order(house: House, chance: random.Random) -> None:
    """Publish the newest events of each log, the last one first, and some old ones in between."""
    connection = await connect(BrokerAddress(house.nats.url), "test")
    for partnership, log in gather(house).programme.items():
        for event in [*log[:-8:-1], *chance.sample(log, 5)]:
            subject = f"programme.{partnership}.{event.kind}"
            await connection.jetstream().publish(subject, sealed("PROGRAMME", event))
    await connection.close()
