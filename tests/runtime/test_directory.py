"""The directory holds names and addresses, gives them back, and forgets them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.runtime.database import Database
from services.runtime.directory import Directory, Person, PersonErased

JANE = Person("p-1", "bre-lead", "Jane Smith", "jane.smith@brent.example")
OMAR = Person("p-2", "hac-lead", "Omar Khan", "omar.khan@hackney.example")
NOW = datetime(2014, 10, 3, 16, 0, tzinfo=UTC)


@pytest.fixture
def directory(database: Database) -> Directory:
    """An empty directory."""
    empty = Directory(database)
    empty.create()
    return empty


async def test_people_are_given_back_as_they_were_put(directory: Directory) -> None:
    await directory.put("LAP", [JANE, OMAR])
    assert await directory.get_many("LAP", ["p-2", "p-1", "p-9"]) == {"p-1": JANE, "p-2": OMAR}
    assert await directory.everyone("LAP") == [JANE, OMAR]
    assert await directory.find_by_key("LAP", "bre-lead") == JANE
    assert await directory.find_by_key("LAP", "nobody") is None


async def test_who_is_put_again_is_corrected(directory: Directory) -> None:
    await directory.put("LAP", [JANE])
    married = Person("p-1", "bre-lead", "Jane Jones", "jane.jones@brent.example")
    await directory.put("LAP", [married])
    assert await directory.everyone("LAP") == [married]


async def test_partnerships_know_nothing_of_each_others_people(directory: Directory) -> None:
    await directory.put("LAP", [JANE])
    other = Person("p-1", "bre-lead", "Somebody Else", None)
    await directory.put("SEM", [other])
    assert await directory.everyone("LAP") == [JANE]
    assert await directory.find_by_key("SEM", "bre-lead") == other


async def test_more_people_than_one_question_can_name_are_found(directory: Directory) -> None:
    many = [Person(f"p-{number:04}", f"key-{number}", f"Person {number}", None) for number in range(1_203)]
    await directory.put("LAP", many)
    assert len(await directory.get_many("LAP", (person.person_id for person in many))) == 1_203


async def test_an_erased_person_is_an_id_and_nothing_else(directory: Directory) -> None:
    await directory.put("LAP", [JANE, OMAR])
    assert await directory.erase("LAP", "p-1", NOW) is True
    assert await directory.get_many("LAP", ["p-1"]) == {"p-1": Person("p-1", None, None, None, NOW)}
    assert await directory.everyone("LAP") == [OMAR]
    assert await directory.find_by_key("LAP", "bre-lead") is None


async def test_only_someone_who_is_there_can_be_erased_and_only_once(directory: Directory) -> None:
    await directory.put("LAP", [JANE])
    assert await directory.erase("LAP", "p-1", NOW) is True
    assert await directory.erase("LAP", "p-1", NOW) is False
    assert await directory.erase("LAP", "p-9", NOW) is False


async def test_nobody_comes_back_under_an_erased_id_and_nobody_else_is_stored_then(directory: Directory) -> None:
    await directory.put("LAP", [JANE])
    await directory.erase("LAP", "p-1", NOW)
    with pytest.raises(PersonErased, match="p-1 was erased"):
        await directory.put("LAP", [OMAR, JANE])
    assert await directory.everyone("LAP") == []
    await directory.put("LAP", [Person("p-3", JANE.key, JANE.name, JANE.email)])
    found = await directory.find_by_key("LAP", "bre-lead")
    assert found is not None
    assert found.person_id == "p-3"


def test_on_sqlite_an_erased_name_is_gone_from_the_file(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'directory.db'}")
    directory = Directory(database)
    directory.create()
    asyncio.run(directory.put("LAP", [JANE]))
    asyncio.run(directory.erase("LAP", "p-1", NOW))
    database.close()
    left = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert b"p-1" in left
    assert b"Jane Smith" not in left
    assert b"jane.smith@brent.example" not in left
