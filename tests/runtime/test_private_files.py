"""What Concordat makes is closed to others from its first moment, and rights are only ever taken away."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.runtime.base import private_files
from services.runtime.base.private_files import NotPrivate
from services.runtime.store.database import Database


@pytest.fixture(autouse=True)
def _open_to_all() -> Iterator[None]:
    """Whatever is made is open to everybody, unless it is made otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folders_that_are_missing_are_made_closed_and_those_above_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "above").mkdir(mode=0o755)

    private_files.make_folder(tmp_path / "above" / "one" / "two")

    assert [mode(tmp_path / part) for part in ("above", "above/one", "above/one/two")] == [0o755, 0o700, 0o700]


def test_a_folder_of_an_older_start_is_closed_with_all_that_lies_in_it(tmp_path: Path) -> None:
    (tmp_path / "data" / "nats" / "streams").mkdir(parents=True)
    for name in ("programme.db", "nats/streams/1.blk"):
        (tmp_path / "data" / name).touch()

    private_files.own_folder(tmp_path / "data")

    assert {mode(path) for path in (tmp_path / "data").rglob("*")} == {0o600, 0o700}
    assert mode(tmp_path / "data") == 0o700


def test_what_a_link_leads_to_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data" / "nats").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir(mode=0o755)
    (tmp_path / "data" / "link").symlink_to(tmp_path / "elsewhere")

    private_files.own_folder(tmp_path / "data")

    assert mode(tmp_path / "elsewhere") == 0o755


def test_a_folder_for_everybodys_files_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir(mode=0o1777)
    (tmp_path / "shared" / "of-somebody").touch()

    with pytest.raises(NotPrivate, match="holds other things"):
        private_files.own_folder(tmp_path / "shared")

    assert mode(tmp_path / "shared") == 0o1777


def test_a_file_that_is_read_only_stays_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch(mode=0o444)

    private_files.own_file(tmp_path / "file")

    assert mode(tmp_path / "file") == 0o400


def test_a_database_and_what_lies_beside_it_are_closed_while_it_is_used_and_were_they_open_before(
    tmp_path: Path,
) -> None:
    (tmp_path / "store.db").touch(mode=0o644)

    database = Database(f"sqlite:///{tmp_path / 'store.db'}")
    database.write_sync(lambda connection: connection.exec_driver_sql("CREATE TABLE numbers (number)"))
    modes = {path.name: mode(path) for path in tmp_path.iterdir()}
    database.close()

    assert modes == {"store.db": 0o600, "store.db-wal": 0o600, "store.db-shm": 0o600}
