"""The house and its oracle, with no fault at all."""

from __future__ import annotations

import random

from tests.faults.client import People
from tests.faults.conftest import Houses
from tests.faults.oracle import verdict
from tests.faults.rest import at_rest
from tests.faults.story import MEETINGS, PARTNERSHIPS, SETTLED, found, packs


async def test_without_a_fault_everything_is_as_it_should_be(houses: Houses) -> None:
    with houses.house() as house:
        await found(house.url(("programme", 0)))
        people = People([house.url(("programme", 0))], PARTNERSHIPS, random.Random(1))
        await people.send(10)
        _, _, issue = MEETINGS["B01"]
        house.clock.move_to(issue + SETTLED)
        await people.send(3)
        due = packs("B01")
        assert await at_rest(house, due) == []
        assert await verdict(house, people.book, due) == []
