"""Each service is killed after every step it takes, one after the other, while people go on working."""

from __future__ import annotations

import asyncio
import random
import signal

from tests.faults.client import People
from tests.faults.conftest import Houses
from tests.faults.house import House, Member
from tests.faults.oracle import verdict
from tests.faults.rest import at_rest
from tests.faults.story import MEETINGS, PARTNERSHIPS, SETTLED, found, packs

RELAY = ("relay.published", "relay.acknowledged", "relay.marked")
CONSUMER = ("consumer.received", "consumer.applied", "consumer.committed")

WHILE_PEOPLE_WORK = {
    ("programme", 0): ("log.appended:3", "database.committed:5", *RELAY, "relay.published:4"),
    ("reporting", 0): (*CONSUMER, "database.committed:4", "consumer.applied:5"),
    ("notifications", 0): (*CONSUMER, "delivery.attempted"),
}
WHEN_PACKS_ARE_ISSUED = {
    ("programme", 0): CONSUMER,
    ("reporting", 0): ("log.appended", "pack.made", "pack.issued", *RELAY),
    ("notifications", 0): ("delivery.attempted", "delivery.handed_over", "delivery.recorded"),
}
#: Only a sender that dies with the last byte on its way leaves a doubt behind.
DOUBTS = 1
_SECONDS_TO_GET_THERE = 40.0


async def test_whatever_step_a_service_dies_after_nothing_is_lost_and_nothing_done_twice(houses: Houses) -> None:
    with houses.house() as house:
        await found(house.url(("programme", 0)))
        people = People([house.url(("programme", 0))], PARTNERSHIPS, random.Random(1))
        working = asyncio.create_task(people.work(people=4))

        await dying(house, WHILE_PEOPLE_WORK)
        _, _, issue = MEETINGS["B01"]
        house.clock.move_to(issue + SETTLED)
        await dying(house, WHEN_PACKS_ARE_ISSUED)
        people.go_home()
        await working

        assert await at_rest(house, packs("B01")) == []
        assert await verdict(house, people.book, packs("B01"), doubts=DOUBTS) == []


async def dying(house: House, points: dict[Member, tuple[str, ...]]) -> None:
    """Have each of these members die at each of its points in turn; all run when this returns."""
    await asyncio.gather(*(_dying(house, member, its) for member, its in points.items()))


async def _dying(house: House, member: Member, points: tuple[str, ...]) -> None:
    for point in points:
        process = await asyncio.to_thread(house.restart, member, point)
        code = await asyncio.to_thread(process.ended, _SECONDS_TO_GET_THERE)
        assert code == -signal.SIGKILL, f"{member} never came to {point}:\n{house.end_of_log(member)}"
    await asyncio.to_thread(house.restart, member)
