"""``concordat pack``: the pack of a meeting from a programme file, the same bytes wherever and whenever it is made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from services.cli import main
from tests.cli.command import ROOT, SMALL, concordat, files_in

NAMES = {"manifest.json", "pack.html", "pack.json", "pack.pdf", "pack.xlsx"}
ANOTHER_YEAR = Path(__file__).with_name("another_year")


def packed(out: Path, meeting: str = "B02", file: Path = SMALL, **environment: str) -> dict[str, bytes]:
    """Return the files of a pack that a process of its own made."""
    ended = concordat("pack", file, "--meeting", meeting, "--out", out, environment=environment)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert str(out) in ended.stdout
    return files_in(out)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The pack of the small example's second meeting."""
    return packed(tmp_path_factory.mktemp("pack") / "new" / "folder")


def test_a_pack_is_four_forms_and_a_manifest_that_names_them(pack: dict[str, bytes]) -> None:
    assert set(pack) == NAMES
    manifest = json.loads(pack["manifest.json"])
    assert manifest["pack"] == "NFA-B02-PACK"
    assert {file["name"]: file["sha256"] for file in manifest["files"]} == {
        name: sha256(content).hexdigest() for name, content in pack.items() if name != "manifest.json"
    }


def test_a_pack_says_what_the_file_says_up_to_its_cut_off(pack: dict[str, bytes]) -> None:
    said = json.loads(pack["pack.json"])

    assert (said["meeting"], said["quarter"], said["issue_on"]) == ("NFA-B02", "2014-15 Q2", "2014-10-08")
    assert said["cut_off"] == "2014-10-03T17:00:00+01:00"
    milestones = {each["ref"]: each for each in said["milestones"]}
    assert milestones["NFA-P01-M01"]["actual"] == "2014-08-20"
    assert milestones["NFA-P01-M02"]["baseline"] == "2015-01-30"


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "1"},
        {"TZ": "America/Los_Angeles", "PYTHONHASHSEED": "2", "LC_ALL": "C", "LANG": "de_DE.UTF-8", "HOME": "/"},
        {"PYTHONPATH": os.pathsep.join((str(ANOTHER_YEAR), str(ROOT)))},
        {
            "CONCORDAT_NATS_URL": "nats://127.0.0.1:1",
            "CONCORDAT_PROGRAMME_DATABASE_URL": "postgresql://127.0.0.1:1/nowhere",
            "CONCORDAT_SMTP_HOST": "127.0.0.1",
        },
    ],
    ids=["Tokyo", "Los Angeles in another language", "nine years later", "beside another deployment"],
)
def test_a_pack_has_the_same_bytes_wherever_and_whenever_it_is_made(
    pack: dict[str, bytes], tmp_path: Path, environment: dict[str, str]
) -> None:
    assert packed(tmp_path / "other", **environment) == pack


def test_the_year_of_a_process_can_be_another_one() -> None:
    """So that the test above, where nothing reads the clock, is not passed for want of another year."""
    code = "import datetime, sys, time; sys.stdout.write(f'{datetime.datetime.now():%Y} {time.gmtime(time.time())[0]}')"
    ended = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(ANOTHER_YEAR)}, capture_output=True, text=True, check=True
    )

    assert [int(year) - datetime.now(UTC).year for year in ended.stdout.split()] == [9, 9]


def test_what_is_recorded_after_the_issue_changes_nothing(pack: dict[str, bytes], tmp_path: Path) -> None:
    longer = tmp_path / "longer.yaml"
    entry = "{at: 2014-10-09T10:00, by: twe-lead, do: state_confidence, project: P01, confidence: red, reason: Fire.}"
    longer.write_text(f"{SMALL.read_text()}  - {entry}\n")

    assert packed(tmp_path / "out", file=longer) == pack


def test_a_pack_takes_in_nothing_from_after_its_cut_off(tmp_path: Path) -> None:
    late = tmp_path / "late.yaml"
    entry = (
        "{at: 2014-10-03T17:00:01, by: twe-lead, do: state_confidence, project: P01, confidence: red, reason: Fire.}"
    )
    late.write_text(f"{SMALL.read_text()}  - {entry}\n")

    said = json.loads(packed(tmp_path / "out", file=late)["pack.json"])

    stated = [each["confidence"]["stated"] for each in said["projects"] if each["ref"] == "NFA-P01"]
    assert stated == ["amber"]


def test_a_folder_that_is_there_keeps_its_other_files(pack: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "pack.html").write_text("old")

    files = packed(tmp_path, meeting="nfa-b02")

    assert files == {**pack, "notes.txt": b"mine"}


@pytest.mark.parametrize(
    ("meeting", "words"),
    [
        ("B09", "there is no meeting NFA-B09; the meetings of"),
        ("LAP-B01", "there is no meeting NFA-LAP-B01"),
        ("B03", "NFA-B03 was cancelled before its papers were issued"),
    ],
)
def test_a_meeting_without_a_pack_is_said_to_have_none(
    tmp_path: Path, meeting: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "more.yaml"
    scheduled = "by: secretary, do: schedule_meeting"
    file.write_text(
        f"{SMALL.read_text()}"
        f"  - {{at: 2014-10-10T10:00, {scheduled}, code: B03, date: 2015-01-22, time: 14:00}}\n"
        "  - {at: 2014-10-11T10:00, by: secretary, do: cancel_meeting, meeting: B03, reason: Snow.}\n"
        f"  - {{at: 2014-10-20T10:00, {scheduled}, code: B04, date: 2014-10-20, time: 09:00}}\n"
    )

    code = main(["pack", str(file), "--meeting", meeting, "--out", str(tmp_path / "out")])

    said = capsys.readouterr().err
    assert code == 1
    assert words in said
    assert "NFA-B01 (17 July 2014), NFA-B02 (16 October 2014), NFA-B03 (22 January 2015, cancelled)" in said
    assert not (tmp_path / "out").exists()


def test_a_meeting_entered_after_it_had_begun_gets_a_preview_at_its_cut_off(tmp_path: Path) -> None:
    file = tmp_path / "more.yaml"
    late = "{at: 2014-10-20T10:00, by: secretary, do: schedule_meeting, code: B04, date: 2014-10-20, time: 09:00}"
    file.write_text(f"{SMALL.read_text()}  - {late}\n")

    ended = concordat("pack", file, "--meeting", "B04", "--out", tmp_path / "out")

    assert ended.returncode == 0
    assert "NFA-B04 was entered after it had begun" in ended.stdout
    assert json.loads((tmp_path / "out" / "pack.json").read_bytes())["cut_off"] == "2014-10-07T17:00:00+01:00"


def test_a_faulty_file_gives_its_faults_and_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "faulty.yaml"
    file.write_text(SMALL.read_text().replace("likelihood: 3", "likelihood: 9"))

    code = main(["pack", str(file), "--meeting", "B02", "--out", str(tmp_path / "out")])

    assert code == 1
    assert "risks[0].likelihood" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_said_so_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")

    code = main(["pack", str(SMALL), "--meeting", "B01", "--out", str(tmp_path / "file" / "out")])

    assert code == 1
    assert "the pack cannot be written into" in capsys.readouterr().err


MOVED = """
  - {at: 2014-10-09T10:00, by: secretary, do: move_meeting, meeting: B02, date: 2014-11-20, time: "14:00"}
  - {at: 2014-10-10T10:00, by: secretary, do: submit_return, partner: DUR, quarter: 2014-15 Q2}
"""


def test_a_supplement_is_made_by_its_number(tmp_path: Path) -> None:
    # given
    file = tmp_path / "moved.yaml"
    file.write_text(SMALL.read_text().rstrip() + MOVED)
    # when
    ended = concordat("pack", file, "--meeting", "B02", "--edition", "S1", "--out", tmp_path / "s1")
    # then
    assert (ended.returncode, ended.stderr) == (0, "")
    said = json.loads((tmp_path / "s1" / "pack.json").read_bytes())
    assert (said["pack"], said["supplement"], said["quarter"]) == ("NFA-B02-PACK-S1", 1, "2014-15 Q2")
    assert said["meeting_on"] == "2014-11-20"


def test_an_edition_that_is_never_issued_is_told_with_those_that_are(tmp_path: Path) -> None:
    ended = concordat("pack", SMALL, "--meeting", "B02", "--edition", "S1", "--out", tmp_path / "s1")
    assert ended.returncode == 1
    assert "NFA-B02-PACK-S1 is never issued; of NFA-B02 there is: NFA-B02-PACK" in ended.stderr
