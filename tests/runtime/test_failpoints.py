"""Fail points: inert unless named, deadly at the passing that was asked for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

PASS_THREE_TIMES = """
from services.runtime.base.failpoints import reached
for passing in (1, 2, 3):
    print(passing, flush=True)
    reached("relay.acknowledged")
"""


def run(failpoint: str | None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "CONCORDAT_FAILPOINT"}
    if failpoint is not None:
        environment["CONCORDAT_FAILPOINT"] = failpoint
    return subprocess.run(
        [sys.executable, "-c", PASS_THREE_TIMES], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("failpoint", [None, "", "relay.marked"])
def test_a_point_that_is_not_named_does_nothing(failpoint: str | None) -> None:
    assert run(failpoint).returncode == 0


@pytest.mark.parametrize(("failpoint", "last"), [("relay.acknowledged", "1"), ("relay.acknowledged:3", "3")])
def test_the_process_dies_at_the_passing_that_was_named(failpoint: str, last: str) -> None:
    done = run(failpoint)

    assert done.returncode == -signal.SIGKILL
    assert done.stdout.split()[-1] == last


@pytest.mark.parametrize("failpoint", ["relay.acknowleged", "relay.acknowledged:0", "relay.acknowledged:soon"])
def test_a_point_that_does_not_exist_is_a_mistake(failpoint: str) -> None:
    done = run(failpoint)

    assert done.returncode == 1
    assert "ValueError: CONCORDAT_FAILPOINT" in done.stderr
