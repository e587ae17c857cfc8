"""Playing a schedule: people work, faults happen, the clock moves on; then all is healed and the oracle is asked."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from datetime import timedelta

from tests.faults.chaos.schedule import Fault, Round
from tests.faults.chaos.suffering import Suffering
from tests.faults.client import People
from tests.faults.evidence import gather
from tests.faults.house import House
from tests.faults.oracle import Issues, verdict
from tests.faults.rest import at_rest, issued
from tests.faults.story import MEETINGS, PARTNERSHIPS, SETTLED, found, packs

_BEFORE_THE_CUT_OFF = timedelta(seconds=2)

Tell = Callable[[str], None]


async def play(
    house: House, seed: int, rounds: Sequence[Round], *, patience: float = 90.0, tell: Tell = lambda _: None
) -> list[str]:
    """Play a schedule in a house and return what did not hold: nothing, if every promise was kept."""
    chance = random.Random(f"{seed} at play")
    suffering = Suffering(house, chance)
    await found(house.url(("programme", 0)))
    urls = [house.url(member) for member in house.members if member[0] == "programme"]
    people = People(urls, PARTNERSHIPS, house.software, chance)
    working = asyncio.create_task(people.work())
    due: Issues = ()
    lacking: list[str] = []
    try:
        for each in rounds:
            due += packs(each.meeting)
            tell(f"{each.meeting}:")
            await _suffer(house, suffering, each, tell)
            await asyncio.to_thread(house.heal)
            if lacking := await _healed(house, suffering, due, patience):
                break
    finally:
        people.go_home()
        _, pending = await asyncio.wait([working], timeout=patience)
    if pending:
        working.cancel()
        lacking.append("there are people who got no answer")
    else:
        working.result()
        lacking = lacking or await at_rest(house, due, patience)
    tell(f"{len(people.book.answered)} of {len(people.book.asked)} commands were answered with success")
    if lacking:
        return lacking + suffering.complaints
    # On a busy machine a sender may lose its lease without any fault of ours; that too leaves a doubt, but one at most.
    doubts = suffering.doubts + gather(house).changes_of_sender
    return suffering.complaints + await verdict(house, people.book, due, doubts=doubts)


async def _suffer(house: House, suffering: Suffering, each: Round, tell: Tell) -> None:
    _, cut_off, issue = MEETINGS[each.meeting]
    house.clock.move_to(cut_off - _BEFORE_THE_CUT_OFF)
    async with asyncio.TaskGroup() as at_once:
        at_once.create_task(_at(each.issue_at, lambda: house.clock.move_to(issue)))
        for fault in each.faults:
            at_once.create_task(_in_time(suffering, fault, tell))
        at_once.create_task(asyncio.sleep(each.seconds))
    house.clock.move_to(max(house.clock.now(), issue + SETTLED))


async def _healed(house: House, suffering: Suffering, due: Issues, patience: float) -> list[str]:
    """Wait for the packs; what the broker has lost is sent again first."""
    if suffering.stream_lost:
        await suffering.republish()
    return await issued(house, due, patience)


async def _in_time(suffering: Suffering, fault: Fault, tell: Tell) -> None:
    await asyncio.sleep(fault.at)
    tell(str(fault))
    await suffering.suffer(fault)


async def _at(seconds: float, do: Callable[[], None]) -> None:
    await asyncio.sleep(seconds)
    do()
