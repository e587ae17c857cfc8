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
from tests.simulation.timekeeping import Timekeeper

FIXED_SEED = 8
YEARS = 1.5
ANY_SEED = int(os.environ.get("SIMULATION_SEED", random.randrange(10**6)))


@pytest.fixture(scope="module")
def lived() -> Timekeeper:
    """The timekeeper of a partnership that has lived."""
    return live(FIXED_SEED, YEARS)[1]


def differences(keeper: Timekeeper) -> list[str]:
    return [str(each) for each in keeper.world.differences.values()]


def test_the_first_years_of_a_partnership_hold_no_surprise(lived: Timekeeper) -> None:
    assert differences(lived) == []
    assert lived.issued
    assert lived.world.tally["packs made again"] == len(lived.issued)
    counted = {"met", "met_late", "partly_met", "not_met", "not_reported", "not_yet_due", "not_applicable"}
    assert {name for name in counted if lived.world.tally[f"status {name}"]} == counted


@pytest.mark.parametrize("seed", [ANY_SEED], ids=lambda seed: f"SIMULATION_SEED={seed}")
def test_a_year_of_any_partnership_holds_no_surprise(seed: int) -> None:
    assert differences(live(seed, 1)[1]) == []


def test_a_pack_has_the_same_bytes_in_every_form_when_it_is_made_again(lived: Timekeeper) -> None:
    issued = max(lived.issued.values(), key=lambda each: each.issued_at)

    def files() -> dict[str, bytes]:
        register = lived.world.register_at(issued.notice.timetable.cut_off)
        content = make_content(register, issued.notice, edition=ISSUED)
        made = dict(render(content))
        return made | {"manifest.json": manifest(content, made)}

    assert files() == files()


def test_another_process_with_another_hash_seed_and_time_zone_makes_the_same_packs(lived: Timekeeper) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "--fingerprints", f"--seed={FIXED_SEED}", f"--years={YEARS}"],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONHASHSEED": "2", "TZ": "Pacific/Apia"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert finished.stdout.splitlines() == lived.fingerprints()
