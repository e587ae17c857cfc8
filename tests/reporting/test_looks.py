"""A look at a partnership holds until its journal has grown or its next duty falls due."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.envelope import Position
from services.reporting import looks
from services.reporting.catch_up import CONSUMER
from services.reporting.looks import Look
from services.runtime.messaging import inbox
from services.runtime.store.database import Database
from tests.domain.history import at

NOON, EVENING = at("2014-10-08"), at("2014-10-08", "18:00")
FIRST, SECOND = Position(1, "a" * 64), Position(2, "b" * 64)
SECOND_LONG = timedelta(seconds=1)


@pytest.fixture
def looked(database: Database) -> Database:
    """Two partnerships are taken in; LAP was looked at at noon, and that holds until the evening."""

    def prepare(connection) -> None:
        inbox.move(connection, CONSUMER, {}, {"LAP": FIRST, "SEM": FIRST})
        inbox.move(connection, "another consumer", {}, {"BRE": FIRST})
        looks.note(connection, Look("LAP", FIRST, NOON, EVENING))

    database.write_sync(prepare)
    return database


def due(database: Database, now) -> list[str]:
    return database.read_sync(lambda connection: looks.due(connection, now))


def test_what_nobody_has_looked_at_is_due(looked: Database):
    assert due(looked, NOON) == ["SEM"]


def test_a_look_holds_until_its_instant(looked: Database):
    assert due(looked, EVENING - SECOND_LONG) == ["SEM"]
    assert due(looked, EVENING) == ["LAP", "SEM"]


def test_a_look_holds_until_more_was_taken_in(looked: Database):
    looked.write_sync(lambda connection: inbox.move(connection, CONSUMER, {"LAP": FIRST}, {"LAP": SECOND}))
    assert due(looked, NOON) == ["LAP", "SEM"]


def test_a_look_does_not_hold_for_a_clock_that_went_back(looked: Database):
    assert due(looked, NOON - SECOND_LONG) == ["LAP", "SEM"]


def test_a_look_does_not_hold_for_another_version_which_may_have_other_duties(
    looked: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(looks, "build", lambda: "9.0.0-another")
    assert due(looked, NOON) == ["LAP", "SEM"]


def test_a_later_look_stands_in_place_of_the_one_before(looked: Database):
    midnight = at("2014-10-09", "00:00")
    looked.write_sync(lambda connection: looks.note(connection, Look("LAP", FIRST, EVENING, midnight)))
    assert due(looked, EVENING) == ["SEM"]


def test_one_partnership_can_be_asked_about(looked: Database):
    asked = looked.read_sync(lambda connection: [looks.due(connection, NOON, code) for code in ("LAP", "SEM", "BRE")])
    assert asked == [[], ["SEM"], []]
