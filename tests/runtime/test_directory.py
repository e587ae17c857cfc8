"""The directory holds names and addresses, gives them back, and forgets them."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Connection

from services.runtime.access import directory as directories
from services.runtime.access.directory import SCHEMA as DIRECTORY
from services.runtime.access.directory import Directory, DirectoryEntry, NobodyLeftToReach, PersonErased
from tests.parts.tables import make_schema
from tests.parts.waiting import STILL_SECONDS, until

JANE = DirectoryEntry("p-1", "bre-lead", "Jane Smith", "jane.smith@brent.example")
OMAR = DirectoryEntry("p-2", "hac-lead", "Omar Khan", "omar.khan@hackney.example")
NOW = datetime(2014, 10, 3, 16, 0, tzinfo=UTC)


@pytest.fixture
async def directory(database_url: str) -> AsyncIterator[Directory]:
    """An empty directory."""
    empty = Directory(database_url)
    make_schema(empty.database, DIRECTORY)
    yield empty
    await empty.close()


async def test_people_are_given_back_as_they_were_put(directory: Directory) -> None:
    await directory.put("LAP", [JANE, OMAR])
    assert await directory.get_many("LAP", ["p-2", "p-1", "p-9"]) == {"p-1": JANE, "p-2": OMAR}
    assert await directory.everyone("LAP") == [JANE, OMAR]
    assert await directory.find_by_key("LAP", "bre-lead") == JANE
    assert await directory.find_by_key("LAP", "nobody") is None


async def test_who_is_put_again_is_corrected(directory: Directory) -> None:
    await directory.put("LAP", [JANE])
    married = DirectoryEntry("p-1", "bre-lead", "Jane Jones", "jane.jones@brent.example")
    await directory.put("LAP", [married])
    assert await directory.everyone("LAP") == [married]


async def test_partnerships_know_nothing_of_each_others_people(directory: Directory) -> None:
    await directory.put("LAP", [JANE])
    other = DirectoryEntry("p-1", "bre-lead", "Somebody Else", None)
    await directory.put("SEM", [other])
    assert await directory.everyone("LAP") == [JANE]
    assert await directory.find_by_key("SEM", "bre-lead") == other


async def test_more_people_than_one_question_can_name_are_found(directory: Directory) -> None:
    many = [DirectoryEntry(f"p-{number:04}", f"key-{number}", f"Person {number}", None) for number in range(1_203)]
    await directory.put("LAP", many)
    assert len(await directory.get_many("LAP", (person.person_id for person in many))) == 1_203


async def test_an_erased_person_is_an_id_and_nothing_else(directory: Directory) -> None:
    await directory.put("LAP", [JANE, OMAR])
    assert await directory.erase("LAP", "p-1", NOW) is True
    assert await directory.get_many("LAP", ["p-1"]) == {"p-1": DirectoryEntry("p-1", None, None, None, NOW)}
    assert await directory.everyone("LAP") == [OMAR]
    assert await directory.find_by_key("LAP", "bre-lead") is None


async def test_only_someone_who_is_there_can_be_erased_and_only_once(directory: Directory) -> None:
    await directory.put("LAP", [JANE])
    assert await directory.erase("LAP", "p-1", NOW) is True
    assert await directory.erase("LAP", "p-1", NOW) is False
    assert await directory.erase("LAP", "p-9", NOW) is False


async def test_the_last_of_several_whom_an_e_mail_reaches_is_not_erased(directory: Directory) -> None:
    unreached = DirectoryEntry("p-3", None, "Una Reached", None)
    await directory.put("LAP", [JANE, unreached])
    several = ("p-1", "p-3")
    with pytest.raises(NobodyLeftToReach):
        await directory.erase("LAP", "p-1", NOW, unless_last_of=several)
    assert await directory.erase("LAP", "p-3", NOW, unless_last_of=several) is True
    assert await directory.everyone("LAP") == [JANE]


async def test_of_two_who_go_at_the_same_time_one_stays(directory: Directory) -> None:
    await directory.put("LAP", [JANE, OMAR])
    both = ("p-1", "p-2")
    going = (directory.erase("LAP", person, NOW, unless_last_of=both) for person in both)
    outcomes = await asyncio.gather(*going, return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == ["NobodyLeftToReach", "bool"]
    assert len(await directory.everyone("LAP")) == 1


async def test_nobody_comes_back_under_an_erased_id_and_nobody_else_is_stored_then(directory: Directory) -> None:
    await directory.put("LAP", [JANE])
    await directory.erase("LAP", "p-1", NOW)
    with pytest.raises(PersonErased, match="p-1 was erased"):
        await directory.put("LAP", [OMAR, JANE])
    assert await directory.everyone("LAP") == []
    await directory.put("LAP", [DirectoryEntry("p-3", JANE.key, JANE.name, JANE.email)])
    found = await directory.find_by_key("LAP", "bre-lead")
    assert found is not None
    assert found.person_id == "p-3"


@pytest.fixture
async def on_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Directory]:
    """An empty directory in an SQLite file. Who erases waits until all is overwritten, however long that takes."""
    monkeypatch.setattr(directories, "_PATIENCE_SECONDS", STILL_SECONDS)
    empty = Directory(f"sqlite:///{tmp_path / 'directory.db'}")
    make_schema(empty.database, DIRECTORY)
    yield empty
    await empty.close()


def left_in(folder: Path) -> bytes:
    """Return every byte that lies in a folder."""
    return b"".join(each.read_bytes() for each in folder.iterdir())


async def test_an_erased_name_is_gone_from_every_file_while_the_directory_is_open(
    on_sqlite: Directory, tmp_path: Path
) -> None:
    # given
    await on_sqlite.put("LAP", [JANE, OMAR])
    await on_sqlite.everyone("LAP")

    # when
    await on_sqlite.erase("LAP", "p-1", NOW)

    left = left_in(tmp_path)
    assert b"Omar Khan" in left
    assert b"Jane Smith" not in left
    assert b"jane.smith@brent.example" not in left
    assert b"bre-lead" not in left


async def test_what_sqlite_once_moved_or_replaced_leaves_no_copy_either(on_sqlite: Directory, tmp_path: Path) -> None:
    # given: a file whose pages have been parted and filled again many times
    at_random = Random(2)
    numbers = list(range(800))
    at_random.shuffle(numbers)
    for number in numbers:
        before = DirectoryEntry(
            f"p-{number:04}", f"{at_random.random()}", f"Before-{number:04}-" + "x" * at_random.randrange(60), None
        )
        await on_sqlite.put("LAP", [before])
    for number in at_random.sample(numbers, 300):
        after = DirectoryEntry(
            f"p-{number:04}", f"{number}", f"After-{number:04}-" + "y" * at_random.randrange(200), None
        )
        await on_sqlite.put("LAP", [after])

    # when
    gone = at_random.sample(numbers, 40)
    for number in gone:
        await on_sqlite.erase("LAP", f"p-{number:04}", NOW)

    left = left_in(tmp_path)
    assert [number for number in gone if b"-%04d-" % number in left] == []


async def test_a_reader_in_another_process_delays_what_is_overwritten_and_does_not_prevent_it(
    on_sqlite: Directory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given: somebody who holds the directory as it was
    monkeypatch.setattr(directories, "_PATIENCE_SECONDS", 0.1)
    await on_sqlite.put("LAP", [JANE])
    reader = sqlite3.connect(tmp_path / "directory.db", isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT name FROM people").fetchall() == [("Jane Smith",)]

    # when
    assert await on_sqlite.erase("LAP", "p-1", NOW)
    assert b"Jane Smith" in left_in(tmp_path)
    reader.close()

    async def gone() -> bool:
        return b"Jane Smith" not in left_in(tmp_path)

    await until(gone)


async def test_what_a_crash_left_to_be_overwritten_is_overwritten_at_the_next_start(tmp_path: Path) -> None:
    # given: the files as they were in the moment after the erasure had been committed
    (tmp_path / "left").mkdir()
    crashing = Directory(f"sqlite:///{tmp_path / 'directory.db'}")
    make_schema(crashing.database, DIRECTORY)
    await crashing.put("LAP", [JANE])

    def copy(_: Sequence[object]) -> None:
        if not list((tmp_path / "left").iterdir()):
            for file in tmp_path.glob("directory.db*"):
                shutil.copy(file, tmp_path / "left")

    crashing.database.after_commit(copy)
    await crashing.erase("LAP", "p-1", NOW)
    await crashing.close()
    assert b"Jane Smith" in left_in(tmp_path / "left")

    # when
    started = Directory(f"sqlite:///{tmp_path / 'left' / 'directory.db'}")
    started.finish_erasures()

    assert b"Jane Smith" not in left_in(tmp_path / "left")
    assert (await started.get_many("LAP", ["p-1"]))["p-1"].name is None
    await started.close()


async def test_every_connection_to_the_directory_overwrites_what_it_deletes(on_sqlite: Directory) -> None:
    def secure(connection: Connection) -> object:
        return connection.exec_driver_sql("PRAGMA secure_delete").scalar_one()

    assert await on_sqlite.database.write(secure) == 1
    assert await on_sqlite.database.read(secure) == 1
