"""The journal holds what came over the stream, and its beginning up to an instant is what was recorded by then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from services.reporting import journal
from services.runtime.store.database import Database
from tests.domain.history import History, at

MOMENT = timedelta(microseconds=1)


@pytest.fixture
def history(database: Database) -> History:
    """Two events on 1 April, then one each on 2, 3 and 3 May."""
    told = (
        History("BRE", holiday_set="none")
        .admitted("2014-05-02", "HAC")
        .admitted("2014-05-03", "HAR")
        .admitted("2014-05-03", "BAR")
    )
    database.write_sync(lambda connection: journal.write(connection, told.events))
    return told


def read(database: Database, after: int = 0, limit: int | None = None) -> list[int]:
    return database.read_sync(
        lambda connection: [event.version for event in journal.read(connection, "LAP", after, limit)]
    )


def version_at(database: Database, instant) -> int:
    return database.read_sync(lambda connection: journal.version_at(connection, "LAP", instant))


def test_events_come_back_as_they_were_written(database: Database, history: History):
    back = database.read_sync(lambda connection: list(journal.read(connection, "LAP")))
    assert back == history.events


def test_a_stretch_of_events_can_be_read(database: Database, history: History):
    assert read(database, after=1, limit=2) == [2, 3]


def test_an_event_is_written_once(database: Database, history: History):
    with pytest.raises(IntegrityError):
        database.write_sync(lambda connection: journal.write(connection, history.events[-1:]))
    assert read(database) == [1, 2, 3, 4, 5]


def test_the_last_version_at_an_instant_counts_what_was_recorded_at_that_very_instant(
    database: Database, history: History
):
    noon = at("2014-05-03", "12:00")
    assert version_at(database, noon) == 5
    assert version_at(database, noon - MOMENT) == 3


@pytest.mark.parametrize("instant", ["2014-04-01", "2014-04-20", "2014-05-02", "2014-05-03", "2020-01-01"])
def test_the_beginning_up_to_an_instant_is_exactly_what_was_recorded_by_then(
    database: Database, history: History, instant: str
):
    recorded = [event.version for event in history.events if event.recorded_at <= at(instant)]
    assert read(database, limit=version_at(database, at(instant))) == recorded


def test_before_the_first_event_there_is_nothing(database: Database, history: History):
    assert version_at(database, at("2014-04-01", "08:59")) == 0


def test_it_knows_where_each_partnership_began_and_where_it_has_got_to(database: Database, history: History):
    head = database.read_sync(lambda connection: journal.head(connection, "LAP"))
    assert head == (5, at("2014-05-03"), history.events[-1].chain)
    assert database.read_sync(lambda connection: journal.began_at(connection, "LAP")) == at("2014-04-01", "09:00")
    assert database.read_sync(lambda connection: journal.head(connection, "SEM")) is None
    assert database.read_sync(journal.partnerships) == ["LAP"]


def test_it_can_be_forgotten(database: Database, history: History):
    database.write_sync(journal.clear)
    assert database.read_sync(journal.partnerships) == []
