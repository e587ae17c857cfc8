"""Who is erased stands on a list outside the deployment first: a backup from before has them still."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.runtime.access.directory import SCHEMA, Directory, DirectoryEntry
from services.runtime.access.erasures import Erased, ErasureList, NotAList
from services.runtime.store.database import Unavailable
from tests.parts.tables import make_schema

NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)


async def directory_with(erasures: ErasureList, tmp_path: Path) -> Directory:
    directory = Directory(f"sqlite:///{tmp_path / 'directory.db'}", erasures)
    make_schema(directory.database, SCHEMA)
    await directory.put("LAP", [DirectoryEntry("LAP-U007", "ann", "Ann", "ann@lap.example")])
    return directory


async def test_who_is_erased_is_on_the_list_by_id_and_once(tmp_path: Path) -> None:
    erasures = ErasureList(tmp_path / "erased")
    directory = await directory_with(erasures, tmp_path)
    for person in ("LAP-U007", "LAP-U007", "LAP-U099"):
        await directory.erase("LAP", person, NOW)
    await directory.close()
    assert erasures.path.read_text() == "2026-11-26T10:00:00+00:00 LAP LAP-U007\n"
    assert erasures.read() == [Erased("LAP", "LAP-U007")]
    assert erasures.path.stat().st_mode & 0o777 == 0o600


async def test_nobody_is_erased_while_the_list_takes_no_line(tmp_path: Path) -> None:
    directory = await directory_with(ErasureList(tmp_path / "nowhere" / "erased"), tmp_path)
    with pytest.raises(Unavailable, match="nobody is erased while the list"):
        await directory.erase("LAP", "LAP-U007", NOW)
    [entry] = await directory.everyone("LAP")
    await directory.close()
    assert entry.name == "Ann"


def test_a_file_that_is_no_list_is_told_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "erased").write_text("2026-11-26T10:00:00+00:00 LAP LAP-U007\nAnn\n")
    with pytest.raises(NotAList, match="line 2"):
        ErasureList(tmp_path / "erased").read()
