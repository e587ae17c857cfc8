"""What PostgreSQL is given of its log by the archive of the cluster with Compose."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.parts.docker import ROOT
from tests.parts.waiting import LONGEST_SECONDS

SEGMENT = "000000030000000000000007"


def fetched(archive: Path, name: str) -> str | None:
    """Return what the server is given of a file of the log; None where there is none."""
    given = archive / "given"
    ended = subprocess.run(
        ["sh", ROOT / "deploy" / "postgresql-archive.sh", "fetch", name, given],
        env={"ARCHIVE": str(archive), "PATH": "/usr/bin:/bin"},
        check=False,
        timeout=LONGEST_SECONDS,
    )
    return given.read_text() if ended.returncode == 0 else None


def put(archive: Path, path: str, text: str) -> None:
    (archive / "log" / path).parent.mkdir(parents=True, exist_ok=True)
    (archive / "log" / path).write_text(text)


@pytest.mark.parametrize("name", [SEGMENT, "00000003.history"])
def test_a_file_comes_from_the_folder_of_its_timeline_whatever_the_others_have_of_it(tmp_path: Path, name: str) -> None:
    put(tmp_path, f"2/{name}", "what the server wrote up to an earlier moment")
    put(tmp_path, f"3/{name}", "all")
    put(tmp_path, f"10/{name}", "of another server")
    assert fetched(tmp_path, name) == "all"


def test_the_end_of_the_log_is_in_a_file_that_was_not_full_yet(tmp_path: Path) -> None:
    put(tmp_path, f"2/{SEGMENT}.partial", "what the server wrote up to an earlier moment")
    put(tmp_path, f"3/{SEGMENT}.partial", "all")
    assert fetched(tmp_path, SEGMENT) == "all"


def test_what_the_log_does_not_have_is_not_given(tmp_path: Path) -> None:
    put(tmp_path, f"2/{SEGMENT}", "of another folder")
    put(tmp_path, "3/000000030000000000000006", "the one before")
    assert fetched(tmp_path, SEGMENT) is None
