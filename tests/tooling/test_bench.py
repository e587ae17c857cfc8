"""Each part of the bench runs; how fast anything is, no test says."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.benchmarks.arguments import PARTS
from tests.tooling.repository import ROOT

_LONG = os.environ.get("FAULTS") == "long"
_NEEDS = {"replicas": pytest.mark.postgresql}
RUN = [pytest.param(part, marks=_NEEDS.get(part, ())) for part in PARTS if part != "growth" or _LONG]
"""Growth sends a history of years through the relay, which takes longer than all other parts together."""


@pytest.mark.parametrize("part", RUN)
def test_each_part_of_the_bench_runs_and_measures(part: str) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("CONCORDAT_")}
    command = [sys.executable, "-m", "tests.benchmarks", "--short", part]

    ran = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stderr
    assert "| unit" in ran.stdout
