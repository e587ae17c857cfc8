"""All faults together, from a seed that is printed: `python -m tests.faults.chaos --seed N` plays it again."""

from __future__ import annotations

import random

import pytest

from tests.faults.chaos.play import play
from tests.faults.chaos.schedule import REPLICAS, has_slow_mail, schedule
from tests.faults.conftest import Houses

#: Chosen once; any other will do.
FIXED_SEED = 7
LONG_FORM = range(1, 21)


def _say(line: str) -> None:
    print(line)  # noqa: T201 - pytest shows it where the test fails


async def play_seed(houses: Houses, seed: int, *, rounds: tuple[str, ...], seconds: float) -> list[str]:
    _say(f"seed {seed}")
    planned = schedule(seed, postgresql=houses.on_postgresql, rounds=rounds, seconds=seconds)
    with houses.house(replicas=REPLICAS, slow_mail=has_slow_mail(planned)) as house:
        return await play(house, seed, planned, tell=_say)


@pytest.mark.short_form("sqlite")
async def test_a_short_storm_from_a_fixed_seed_breaks_no_promise(sqlite_houses: Houses) -> None:
    assert await play_seed(sqlite_houses, FIXED_SEED, rounds=("B01",), seconds=8.0) == []


@pytest.mark.postgresql
async def test_a_short_storm_from_a_random_seed_breaks_no_promise(postgresql_houses: Houses) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    assert await play_seed(postgresql_houses, seed, rounds=("B01",), seconds=8.0) == [], f"seed {seed}"


@pytest.mark.parametrize("seed", LONG_FORM)
async def test_a_long_storm_breaks_no_promise(houses: Houses, seed: int) -> None:
    assert await play_seed(houses, seed, rounds=("B01", "B02"), seconds=16.0) == []
