"""Each service is killed after every step it takes, one after the other, while people go on working."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

import pytest

from tests.faults.at_work import all_holds, at_work, through_the_cut_off
from tests.faults.conftest import Houses
from tests.faults.deployment import SERVICES, Member
from tests.faults.house import House
from tests.faults.process import Process
from tests.faults.rest import issued
from tests.faults.story import MEETINGS, SETTLED, packs

RELAY = ("relay.published", "relay.acknowledged", "relay.marked")
CONSUMER = ("consumer.received", "consumer.applied", "consumer.committed")

Points = dict[Member, tuple[str, ...]]

WHILE_PEOPLE_WORK: Points = {
    ("programme", 0): ("log.appended:3", "database.committed:5", *RELAY, "relay.published:4"),
    ("reporting", 0): (*CONSUMER, "database.committed:4", "consumer.applied:5"),
    ("notifications", 0): (*CONSUMER, "database.committed:2"),  # its few e-mails are out before it dies once
}
WHEN_PACKS_ARE_ISSUED: Points = {
    ("programme", 0): CONSUMER,
    ("reporting", 0): ("log.appended", "pack.made", "pack.issued", "database.committed", *RELAY),
    ("notifications", 0): ("delivery.attempted", "delivery.handed_over", "delivery.recorded"),
}
#: Those at which a transaction is open, for every day.
A_FEW = (
    {("programme", 0): ("log.appended:3", "relay.acknowledged"), ("reporting", 0): ("consumer.applied:3",)},
    {("reporting", 0): ("pack.made",), ("notifications", 0): ("consumer.applied", "delivery.handed_over")},
)
ALL = (WHILE_PEOPLE_WORK, WHEN_PACKS_ARE_ISSUED)
#: Only a sender that dies with the last byte on its way leaves a doubt behind.
DOUBTS = 1


@pytest.mark.parametrize(
    "points",
    [
        pytest.param(A_FEW, id="a few", marks=pytest.mark.short_form("postgresql")),
        pytest.param(ALL, id="all", marks=pytest.mark.short_form("sqlite")),
    ],
)
async def test_whatever_step_a_service_dies_after_nothing_is_lost_and_nothing_done_twice(
    houses: Houses, points: tuple[Points, Points]
) -> None:
    before, at_issue = points
    with houses.house() as house:
        async with at_work(house) as people:
            await dying(house, before)
            await dying(house, at_issue, once_armed=lambda: house.clock.move_to(MEETINGS["B01"][2] + SETTLED))
        await all_holds(house, people.book, packs("B01"), doubts=DOUBTS)


async def test_of_two_replicas_the_other_goes_on_whichever_is_killed_and_neither_does_it_twice(houses: Houses) -> None:
    with houses.house(replicas=2) as house:
        async with at_work(house) as people:
            for number in (0, 1):
                killed = [(service, number) for service in SERVICES]
                for member in killed:
                    house.kill(member)
                if number == 0:
                    await through_the_cut_off(house)
                assert await issued(house, packs("B01")) == []
                for member in killed:
                    house.start(member)
                    await asyncio.to_thread(house.wait_for, member)
        await all_holds(house, people.book, packs("B01"), doubts=2)


async def dying(house: House, points: Points, once_armed: Callable[[], None] = lambda: None) -> None:
    """Have each of these members die at each of its points in turn; all run when this returns.

    ``once_armed`` is called when each will die at its first point: before that, one could be done with what it leads
    to.
    """
    armed = {member: await asyncio.to_thread(house.restart, member, its[0]) for member, its in points.items()}
    once_armed()
    await asyncio.gather(*(_dying(house, member, its, armed[member]) for member, its in points.items()))


async def _dying(house: House, member: Member, points: tuple[str, ...], process: Process) -> None:
    for point, following in zip(points, (*points[1:], None), strict=True):
        code = await asyncio.to_thread(process.ended, lambda: house.said_by(member))
        assert code == -signal.SIGKILL, f"{member} never came to {point}:\n{house.end_of_log(member)}"
        process = await asyncio.to_thread(house.restart, member, following)
