"""The house and its oracle with no fault at all: what a pack takes in then is exact."""

from __future__ import annotations

import asyncio

from tests.faults.at_work import all_holds, at_work, through_the_cut_off
from tests.faults.conftest import Houses
from tests.faults.evidence import gather, instant
from tests.faults.rest import issued
from tests.faults.story import packs


async def test_a_pack_takes_in_all_that_was_recorded_by_its_cut_off_and_nothing_later(houses: Houses) -> None:
    with houses.house(replicas=2) as house:
        async with at_work(house) as people:
            await through_the_cut_off(house)
            assert await issued(house, packs("B01")) == []
            await asyncio.sleep(0.5)
        await all_holds(house, people.book, packs("B01"))

        evidence = gather(house)
        for edition in evidence.editions:
            log = evidence.programme[edition["partnership"]]
            by_the_cut_off = [event for event in log if event.recorded_at <= instant(edition["cut_off"])]
            assert edition["version"] == len(by_the_cut_off) < len(log)
        # What the oracle looks at is there to be looked at.
        announced = {event.kind for log in evidence.reporting.values() for event in log}
        assert announced == {"breach-arisen", "pack-issued", "return-overdue"}
        assert {row["kind"] for row in evidence.deliveries} >= {"pack", "invitation"}
        code, said = await asyncio.to_thread(house.command, "verify")
        assert code == 0, said
