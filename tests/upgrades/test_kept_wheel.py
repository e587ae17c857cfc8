"""The wheel that is kept is the version that it is said to be."""

from __future__ import annotations

import io
import subprocess
import tarfile
from zipfile import ZipFile

import pytest

from tests.upgrades.versions import COMMIT, ROOMS, TODAY, WHEEL

pytestmark = pytest.mark.every_form

TYPICAL = {"services/cli/__main__.py", "services/runtime/store/schema.py", "contracts/events/board.py"}


def test_the_wheel_holds_the_files_of_its_commit_as_far_as_the_history_is_there() -> None:
    with ZipFile(WHEEL) as wheel:
        kept = {name: wheel.read(name) for name in wheel.namelist() if name.partition("/")[0] in ROOMS}
    assert kept.keys() >= TYPICAL
    archive = subprocess.run(
        ["git", "archive", COMMIT, *ROOMS], cwd=TODAY, capture_output=True, check=False
    )  # a checkout without the history, or without git, has no such commit
    if archive.returncode == 0:
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
            of_commit = {each.name: files.extractfile(each) for each in files if each.isfile()}
            there = {name: content.read() for name, content in of_commit.items() if content is not None}
        assert kept == {name: content for name, content in there.items() if name in kept}
        assert {name for name in there if name.endswith(".py")} <= kept.keys()
