"""Files that people sent: seen by them alone, for one purpose, recorded once, gone after a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from services.programme.schema import SCHEMA
from services.programme.sheets import kept_uploads
from services.programme.sheets.kept_uploads import UploadGone, UploadOf
from services.runtime.store.database import Database
from services.runtime.web.chosen_file import ChosenFile
from tests.parts.tables import make_schema

T = TypeVar("T")
NOON = datetime(2014, 8, 20, 11, 0, tzinfo=UTC)
MINE = UploadOf("LAP", "LAP-U006", "workplan LAP-P01")
FILE = ChosenFile("plan.xlsx", b"PK\x00\xff")


class Store:
    """A database with files in it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def do(self, work: Callable[[Connection], T]) -> T:
        return self.database.write_sync(work)

    def keep(self, of: UploadOf = MINE, at: datetime = NOON, file: ChosenFile = FILE) -> str:
        return self.do(lambda connection: kept_uploads.keep(connection, of, file, at))

    def read(self, upload: str, of: UploadOf = MINE) -> ChosenFile:
        return self.do(lambda connection: kept_uploads.read(connection, of, upload))

    def is_there(self, upload: str) -> bool:
        try:
            self.read(upload)
        except UploadGone:
            return False
        return True


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    database = Database(database_url)
    make_schema(database, SCHEMA)
    yield Store(database)
    database.close()


def test_a_file_is_found_again_as_it_was_sent(store: Store) -> None:
    first, second = store.keep(), store.keep()
    assert first != second
    assert store.read(first) == store.read(second) == FILE


@pytest.mark.parametrize(
    "of",
    [
        UploadOf("LAP", "LAP-U007", MINE.purpose),
        UploadOf("OTH", MINE.person, MINE.purpose),
        UploadOf("LAP", MINE.person, "workplan LAP-P02"),
    ],
    ids=["person", "partnership", "purpose"],
)
def test_a_file_is_there_for_nobody_and_nothing_else(store: Store, of: UploadOf) -> None:
    upload = store.keep()
    with pytest.raises(UploadGone):
        store.read(upload, of)
    with pytest.raises(UploadGone):
        store.do(lambda connection: kept_uploads.spend(connection, of, upload))
    assert store.is_there(upload)


def test_a_file_is_spent_once(store: Store) -> None:
    upload = store.keep()
    store.do(lambda connection: kept_uploads.spend(connection, MINE, upload))
    with pytest.raises(UploadGone):
        store.do(lambda connection: kept_uploads.spend(connection, MINE, upload))


def test_of_a_person_the_five_latest_are_kept(store: Store) -> None:
    uploads = [store.keep(at=NOON + timedelta(minutes=number)) for number in range(7)]
    assert [store.is_there(each) for each in uploads] == [False, False, True, True, True, True, True]


def test_files_go_after_a_day_and_with_their_person(store: Store) -> None:
    # given
    old, new = store.keep(), store.keep(at=NOON + timedelta(hours=1))
    others = store.keep(UploadOf("LAP", "LAP-U007", MINE.purpose))
    # when
    gone = store.do(lambda connection: kept_uploads.forget(connection, NOON + timedelta(minutes=1)))
    # then
    assert (gone, store.is_there(old), store.is_there(new)) == (2, False, True)
    # and when
    store.do(lambda connection: kept_uploads.forget_person(connection, "LAP", MINE.person))
    # then
    assert not store.is_there(new)
    assert others
