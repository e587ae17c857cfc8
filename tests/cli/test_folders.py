"""The folder of a pack: nobody ever finds half of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.cli.errors import CommandError
from services.cli.folders import write_pack
from tests.cli.command import files_in

FILES = {"pack.html": b"<html>", "manifest.json": b"{}"}


def test_a_new_folder_holds_the_files_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    write_pack(tmp_path / "packs" / "B01", FILES)

    assert files_in(tmp_path / "packs" / "B01") == FILES
    assert [path.name for path in (tmp_path / "packs").iterdir()] == ["B01"]


def test_when_a_file_cannot_be_written_there_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written into"):
        write_pack(tmp_path / "B01", {**FILES, "no/such/folder.pdf": b""})

    assert list(tmp_path.iterdir()) == []


def test_when_a_file_cannot_be_written_an_earlier_pack_stays_whole(tmp_path: Path) -> None:
    write_pack(tmp_path / "B01", FILES)

    with pytest.raises(CommandError):
        write_pack(tmp_path / "B01", {"pack.html": b"new", "no/such/folder.pdf": b""})

    assert files_in(tmp_path / "B01") == FILES


def test_the_manifest_is_the_last_to_come(tmp_path: Path) -> None:
    folder = tmp_path / "B01"
    folder.mkdir()
    (folder / "manifest.json").write_bytes(b"old")
    (folder / "pack.html").mkdir()  # which no file can replace

    with pytest.raises(CommandError):
        write_pack(folder, FILES)

    assert not (folder / "manifest.json").exists()
