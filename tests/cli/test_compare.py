"""``concordat compare``: two folders of packs, and what changed between them."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from services.cli import main
from services.cli.folders import write_pack
from services.reporting.pack import PackContent, manifest
from tests.reporting.pack.story import content, story


def put(folder: Path, made: PackContent, /, **changes: str) -> Path:
    """Write a pack's figures, with ``changes``, and its manifest into a folder."""
    files = {"pack.json": json.dumps({**made.data, **changes}).encode()}
    write_pack(folder, {**files, "manifest.json": manifest(made, files)})
    return folder


@pytest.fixture
def first(tmp_path: Path) -> Path:
    return put(tmp_path / "first", content(story(), first=True))


@pytest.fixture
def second(tmp_path: Path) -> Path:
    return put(tmp_path / "second", content(story()))


def test_it_says_what_changed_from_the_earlier_to_the_later(
    first: Path, second: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(second / "manifest.json"), str(first)]) == 0

    said = capsys.readouterr().out
    assert said.startswith(
        "From LAP-B01-PACK: 2014-15 Q1, recorded up to Friday 4 July 2014, 17:00\n"
        "  to LAP-B02-PACK: 2014-15 Q2, recorded up to Friday 3 October 2014, 17:00\n"
    )
    assert "  worse    Shared catalogue (LAP-P01): Delivery confidence: Green → Amber\n" in said


def test_what_people_entered_moves_no_line_and_no_cursor(
    second: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = put(tmp_path / "hostile", content(story(title="Two\nlines \x1b[31m"), first=True))

    assert main(["compare", str(hostile), str(second)]) == 0

    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "\nlines" not in said


def test_figures_that_are_not_those_of_the_manifest_are_refused(
    first: Path, second: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (first / "pack.json").write_bytes((second / "pack.json").read_bytes())

    assert main(["compare", str(first), str(second)]) == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"concordat: {first / 'pack.json'} is not as it was issued: its manifest names another SHA-256\n"


def test_packs_of_two_partnerships_are_refused(first: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = put(tmp_path / "other", content(story()), partnership="TST", pack="TST-B02-PACK")

    assert main(["compare", str(first), str(other)]) == 1

    assert "these cannot be compared: LAP-B01-PACK is a pack of LAP and TST-B02-PACK one of TST" in (
        capsys.readouterr().err
    )


def test_what_is_missing_is_named(first: Path, second: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (second / "pack.json").unlink()

    assert main(["compare", str(first), str(second)]) == 1
    assert f"{second / 'pack.json'} cannot be read" in capsys.readouterr().err
    assert main(["compare", str(first), str(first.parent)]) == 1
    assert "is not the folder of a pack" in capsys.readouterr().err


def test_a_manifest_that_names_no_figures_is_refused(
    first: Path, second: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seal = json.loads((second / "manifest.json").read_bytes())
    seal["files"] = [{"name": "pack.pdf", "size": 0, "sha256": sha256(b"").hexdigest()}]
    (second / "manifest.json").write_text(json.dumps(seal))

    assert main(["compare", str(first), str(second)]) == 1
    assert f"the manifest of {second} names no pack.json" in capsys.readouterr().err
