"""Setting up says what is wrong before it does anything, and leaves out only what it is told to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.parts.system_packages import SYSTEM_PARTS
from tests.tooling.repository import ROOT


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def a_python(folder: Path, name: str, behaviour: str) -> None:
    script = folder / name
    script.write_text(f"#!/bin/sh\n{behaviour}\n")
    script.chmod(0o755)


def test_the_first_python_that_is_new_enough_is_taken(tmp_path: Path) -> None:
    # given
    a_python(tmp_path, "python3", "exit 1")
    a_python(tmp_path, "python3.12", f'exec "{sys.executable}" "$@"')
    # when
    found = run("/bin/sh", ".ci/find-python", PATH=str(tmp_path))
    # then
    assert (found.returncode, found.stdout) == (0, "python3.12\n")


def test_an_old_python_is_refused_with_what_would_be_right(tmp_path: Path) -> None:
    # given
    a_python(tmp_path, "python3", '[ "$1" = --version ] && echo "Python 3.9.2" || exit 1')
    # when
    refused = run("/bin/sh", ".ci/find-python", PATH=str(tmp_path))
    # then
    assert refused.returncode == 1
    assert "needs Python 3.11 or newer, and the PATH has Python 3.9.2" in refused.stderr


def test_a_python_that_cannot_make_environments_says_which_package_is_missing(tmp_path: Path) -> None:
    # given a Python without ensurepip, and no apt-get
    a_python(tmp_path, "python3.12", "exit 1")
    a_python(tmp_path, "id", "echo 1000")
    # when
    refused = run("/bin/sh", ".ci/make-venv", "python3.12", str(tmp_path / "venv"), PATH=str(tmp_path))
    # then
    assert refused.returncode == 1
    assert "apt-get install python3.12-venv" in refused.stderr
    assert not (tmp_path / "venv").exists()


@pytest.mark.parametrize(("variable", "value", "status"), [("PATH", "", 1), ("WITHOUT_BROWSER", "1", 0)])
def test_a_missing_part_stops_the_tests_unless_it_is_left_out(
    tmp_path: Path, variable: str, value: str, status: int
) -> None:
    # given a machine with nothing on its PATH, so without Chromium and apt-get
    left_out = {part.left_out_by: "1" for part in SYSTEM_PARTS if part.marker != "browser"}
    environment = {"PATH": str(tmp_path), **left_out, variable: value}
    # when
    answer = run(sys.executable, "-m", "tests.parts.system_packages", **environment)
    # then
    assert answer.returncode == status
    assert ("Chromium is missing: install it" in answer.stderr) == (status == 1)


def test_leaving_postgresql_out_leaves_out_nothing_else_and_says_so() -> None:
    # when
    listed = run(
        *(sys.executable, "-m", "pytest", "--collect-only", "-q", "tests/tooling/test_databases.py"),
        *("tests/tooling/test_postgres.py", "-v"),
        WITHOUT_POSTGRES="1",
    )
    # then
    assert listed.returncode == 0, listed.stdout
    assert "WITHOUT_POSTGRES=1: EVERY TEST THAT NEEDS POSTGRESQL IS LEFT OUT" in listed.stdout
    assert "[postgresql]" not in listed.stdout
    assert re.search(r"2/\d+ tests collected", listed.stdout)
    assert "skipped" not in listed.stdout


def test_leaving_faults_out_leaves_out_every_test_of_upgrades_and_faults_that_starts_a_whole_concordat() -> None:
    # when
    folders = ("tests/upgrades", "tests/faults")
    listed = run(sys.executable, "-m", "pytest", "--collect-only", "-q", *folders, FAULTS="none")
    # then
    assert listed.returncode == 0, listed.stdout
    left = set(re.findall(r"^(tests/\S+\.py)::", listed.stdout, re.MULTILINE))
    assert left == {
        "tests/upgrades/test_kept_wheel.py",
        *(f"tests/faults/test_{name}.py" for name in ("model", "proxy", "suffering")),
    }
