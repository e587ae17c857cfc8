"""Which partnerships have no secretary whom an e-mail reaches, found in few questions however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from contracts.events.partnership import PersonAppointed, Role
from services.notifications.intake import known_people, read_model
from services.notifications.queue.unaddressed import unaddressed
from services.runtime.access.directory import SCHEMA as DIRECTORY
from services.runtime.access.directory import Directory, DirectoryEntry
from services.runtime.store.database import Database
from tests.benchmarks.deployment import code_of, renamed
from tests.domain.history import History
from tests.parts.tables import make_schema, make_tables


@pytest.fixture
def known(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    make_tables(opened, read_model.metadata, known_people.metadata)
    yield opened
    opened.close()


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Directory]:
    opened = Directory(f"sqlite:///{tmp_path / 'directory.db'}")
    make_schema(opened.database, DIRECTORY)
    yield opened
    opened.database.close()


def form(known: Database, code: str, *roles: Role) -> None:
    """Have a partnership known in which one person was given each of the roles, one after the other."""
    appointed = [PersonAppointed(person=f"LAP-U00{n}", partner="BRE", roles=(role,)) for n, role in enumerate(roles, 1)]
    log = History("BRE").told("2014-04-01", *appointed).events
    known.write_sync(lambda connection: [read_model.learn(connection, each) for each in renamed(log, code)])


async def introduce(directory: Directory, code: str, email: str | None, person: str = "U001") -> None:
    await directory.put(code, [DirectoryEntry(f"{code}-{person}", None, "Ann", email)])


async def test_a_partnership_is_named_unless_an_e_mail_reaches_one_of_its_secretaries(
    known: Database, directory: Directory
):
    # given
    form(known, "AAA", Role.SECRETARY, Role.SECRETARY)
    await introduce(directory, "AAA", None, "U001")
    await introduce(directory, "AAA", "ann@example.org", "U002")
    form(known, "BBB", Role.SECRETARY)
    await introduce(directory, "BBB", None)
    form(known, "CCC", Role.CHAIR)
    await introduce(directory, "CCC", "chair@example.org")
    form(known, "DDD")
    # when / then
    assert await unaddressed(known, directory) == ["BBB", "CCC", "DDD"]


async def test_a_thousand_partnerships_cost_no_more_questions_than_two(known: Database, directory: Directory):
    asked: list[str] = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    for engine in (known._reading, directory.database._reading):
        event.listen(engine, "before_cursor_execute", note)
    for number in range(2):
        form(known, code_of(number), Role.SECRETARY)
    await unaddressed(known, directory)
    of_two = len(asked)
    for number in range(2, 6):
        form(known, code_of(number), Role.SECRETARY)
    await unaddressed(known, directory)
    assert len(asked) == 2 * of_two > 0
