"""The suite can fail: a Concordat with one promise taken out does not get through three storms."""

from __future__ import annotations

import pytest

from tests.faults.chaos.play import play
from tests.faults.chaos.schedule import REPLICAS, has_slow_mail, schedule
from tests.faults.conftest import Houses
from tests.faults.mutants import MUTANTS

SEEDS = (1, 2, 3)


@pytest.mark.parametrize("mutant", MUTANTS)
async def test_every_mutant_is_found_within_three_seeds(houses: Houses, mutant: str) -> None:
    for seed in SEEDS:
        planned = schedule(seed, postgresql=houses.on_postgresql, rounds=("B01",))
        with houses.house(replicas=REPLICAS, mutant=mutant, slow_mail=has_slow_mail(planned)) as house:
            if wrong := await play(house, seed, planned):
                print(f"{mutant} is found by seed {seed}: {wrong}")  # noqa: T201 - for whoever asks with -rP
                return
    pytest.fail(f"{mutant} went through seeds {SEEDS} unnoticed")
