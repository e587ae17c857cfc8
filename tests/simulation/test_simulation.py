"""A short life of some partnerships; the long ones are lived with ``python -m tests.simulation``."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from services.reporting.pack import ISSUED, make_content, manifest, render
from tests.simulation.life import live
from tests.simulation.world import Difference

FIXED_SEED = 8
ANY_SEED = int(os.environ.get("SIMULATION_SEED", random.randrange(10**6)))


def differences(seed: int, years: float) -> list[Difference]:
    world, _ = live(seed, years)
    return list(world.differences.values())


def test_two_years_of_a_partnership_hold_no_surprise() -> None:
    world, keeper = live(FIXED_SEED, 2)
    assert list(map(str, world.differences.values())) == []
    assert keeper.issued
    assert world.tally["packs made again"] == len(keeper.issued)
    counted = {"met", "met_late", "partly_met", "not_met", "not_reported", "not_yet_due", "not_applicable"}
    assert {name for name in counted if world.tally[f"status {name}"]} == counted


@pytest.mark.parametrize("seed", [ANY_SEED], ids=lambda seed: f"SIMULATION_SEED={seed}")
def test_a_year_of_any_partnership_holds_no_surprise(seed: int) -> None:
    assert list(map(str, differences(seed, 1))) == []


def test_a_pack_has_the_same_bytes_in_every_form_when_it_is_made_again() -> None:
    _, keeper = live(FIXED_SEED, 1)
    issued = max(keeper.issued.values(), key=lambda each: each.issued_at)

    def files() -> dict[str, bytes]:
        register = keeper.world.register_at(issued.notice.timetable.cut_off)
        content = make_content(register, issued.notice, edition=ISSUED)
        made = dict(render(content))
        return made | {"manifest.json": manifest(content, made)}

    assert files() == files()


def test_another_process_with_another_hash_seed_and_time_zone_makes_the_same_packs() -> None:
    def fingerprints(hash_seed: str, zone: str) -> str:
        finished = subprocess.run(
            [sys.executable, "-m", "tests.simulation", "--seed", str(FIXED_SEED), "--years", "1", "--fingerprints"],
            cwd=Path(__file__).parents[2],
            env=os.environ | {"PYTHONHASHSEED": hash_seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        )
        return finished.stdout

    here = fingerprints("1", "UTC")
    assert "-PACK" in here
    assert fingerprints("2", "Pacific/Apia") == here
