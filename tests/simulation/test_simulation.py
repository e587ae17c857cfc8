"""A short life of some partnerships; the long ones are lived with ``python -m tests.simulation``."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from contracts.events import PROGRAMME_FACTS
from domain.figures.compliance import Status
from services.reporting.pack import ISSUED, make_content, manifest, render
from tests.simulation.life import live
from tests.simulation.timekeeping import Timekeeper
from tests.simulation.world import numbers

FIXED_SEEDS = (17, 34)
YEARS = 1.5
ANY_SEED = int(os.environ.get("SIMULATION_SEED", "2014"))


@pytest.fixture(scope="module")
def lives() -> list[Timekeeper]:
    """The timekeepers of two partnerships that have lived."""
    return [live(seed, YEARS)[1] for seed in FIXED_SEEDS]


def differences(keeper: Timekeeper) -> list[str]:
    return [str(each) for each in keeper.world.differences.values()]


def test_two_partnerships_hold_no_surprise(lives: list[Timekeeper]) -> None:
    assert [differences(each) for each in lives] == [[], []]
    assert all(each.issued and each.world.tally["packs made again"] == len(each.issued) for each in lives)


def test_between_them_they_come_by_every_status_and_nearly_every_event(lives: list[Timekeeper]) -> None:
    tally = sum((each.world.tally for each in lives), Counter[str]())
    assert set(numbers(tally, "status ")) == {status.value for status in Status}
    assert len(numbers(tally, "event ")) > 0.9 * len(PROGRAMME_FACTS)


@pytest.mark.parametrize("seed", [ANY_SEED], ids=lambda seed: f"SIMULATION_SEED={seed}")
def test_years_of_any_partnership_hold_no_surprise(seed: int) -> None:
    assert differences(live(seed, 2)[1]) == []


def test_a_pack_has_the_same_bytes_in_every_form_when_it_is_made_again(lives: list[Timekeeper]) -> None:
    lived = lives[0]
    issued = max(lived.issued.values(), key=lambda each: each.issued_at)

    def files() -> dict[str, bytes]:
        register = lived.world.register_at(issued.notice.timetable.cut_off)
        content = make_content(register, issued.notice, edition=ISSUED)
        made = dict(render(content))
        return made | {"manifest.json": manifest(content, made)}

    assert files() == files()


def test_another_process_with_another_hash_seed_and_time_zone_makes_the_same_packs(lives: list[Timekeeper]) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "--fingerprints", f"--seed={FIXED_SEEDS[0]}", f"--years={YEARS}"],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONHASHSEED": "2", "TZ": "Pacific/Apia"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert finished.stdout.splitlines() == lives[0].fingerprints()
