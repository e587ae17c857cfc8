"""Pages are kept: given again without being read anew, to whom they were made for, until anything they show changes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from services.runtime.access.directory import DirectoryEntry
from services.runtime.store.database import Database
from tests.domain.history import at
from tests.programme.pages.rooms import BRENT, HACKNEY, SECRETARY, Rooms, open_rooms

PAGES = ("/home/", "/home/LAP", "/projects/LAP", "/projects/LAP/P01", "/board/LAP/actions", "/partners/LAP/BRE")
OWN = (
    *((BRENT, path) for path in PAGES),
    (HACKNEY, "/return/LAP/2014-15-Q2/HAC"),
    (HACKNEY, "/risks/LAP/raise"),
    *((SECRETARY, f"/office/LAP/{page}") for page in ("returns", "history", "people", "corrections")),
)


@pytest.fixture(scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with open_rooms(tmp_path_factory.mktemp("rooms")) as rooms:
        yield rooms


@pytest.fixture
async def rooms(opened: Rooms) -> Rooms:
    """The pages of a partnership that no other test changes."""
    return await opened.told()


@contextmanager
def statements(*databases: Database) -> Iterator[list[str]]:
    """Collect the statements with which databases are read, or written to, while the block runs."""
    found: list[str] = []

    def executed(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        found.append(statement)

    engines = [engine for each in databases for engine in (each._reading, each._writing)]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", executed)
    try:
        yield found
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", executed)


@pytest.mark.parametrize(("person", "path"), OWN)
async def test_a_kept_page_is_given_without_reading_a_database(rooms: Rooms, person: str, path: str) -> None:
    # given
    read = await rooms.read_by(person)
    first = await read.read(path)
    databases = rooms.service.database, rooms.service.directory.database
    # when
    answers: list[tuple[str, list[str]]] = []
    while len(answers) < 20 and (first, []) not in answers:  # leases are renewed, roles looked up now and then
        with statements(*databases) as asked:
            answers.append((await read.read(path), asked))
    # then
    assert (first, []) in answers


@pytest.mark.parametrize("path", PAGES)
async def test_nobody_is_given_the_page_of_another(rooms: Rooms, path: str) -> None:
    readers = [await rooms.read_by(person) for person in (BRENT, HACKNEY)]
    for _ in range(2):
        for reader, other in (readers, readers[::-1]):
            assert reader.reader is not None
            assert other.reader is not None
            page = await reader.read(path)
            assert reader.reader.csrf["csrf"] in page
            assert other.reader.csrf["csrf"] not in page


async def test_a_name_that_was_changed_or_erased_in_the_directory_is_gone_from_a_kept_page(rooms: Rooms) -> None:
    # given
    secretary, directory, person = await rooms.read_by(SECRETARY), rooms.service.directory, f"{rooms.code}-U003"
    await directory.put(rooms.code, [DirectoryEntry(person, None, "Ayesha Rahman", None)])
    for _ in range(2):
        assert "Ayesha Rahman" in await secretary.read("/home/LAP")
    # when
    await directory.put(rooms.code, [DirectoryEntry(person, None, "Ayesha Begum", None)])
    # then
    for _ in range(2):
        page = await secretary.read("/home/LAP")
        assert ("Ayesha Rahman" in page, "Ayesha Begum" in page) == (False, True)
    # when
    await directory.erase(rooms.code, person, at("2014-10-10"))
    # then
    assert "Ayesha" not in await secretary.read("/home/LAP")


async def test_a_kept_page_as_at_now_holds_for_its_minute_and_one_as_at_an_instant_for_longer(tmp_path: Path) -> None:
    async with open_rooms(tmp_path) as rooms:
        queries: tuple[dict[str, str], ...] = ({}, {"as_at": "2014-09-30"})
        before = [(await rooms.get("/projects/LAP", **query)).headers["etag"] for query in queries]
        rooms.clock.move_to(at("2014-10-10", "12:01"))
        after = [(await rooms.get("/projects/LAP", **query)).headers["etag"] for query in queries]
    assert after[0] != before[0]
    assert after[1] == before[1]
