"""Whether what was read of a partnership still holds, in a replica that does not take the partnership in itself."""

from __future__ import annotations

import pytest

from contracts.envelope import Position
from services.reporting.catch_up import CONSUMER
from services.reporting.pages.freshness import Freshness
from services.runtime.base.clock import SteppedClock
from services.runtime.messaging import inbox
from services.runtime.store.database import Database, Unavailable
from services.runtime.store.event_store import EventStore
from tests.domain.history import at
from tests.reporting.test_editions import Elsewhere
from tests.runtime.ledger import run_of

STORE = EventStore("reporting")


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(at("2014-10-08", "09:00"))


@pytest.fixture
def fresh(database: Database, clock: SteppedClock) -> Freshness:
    return Freshness(database, STORE, Elsewhere(), clock)


async def take_in(database: Database, partnership: str) -> None:
    position = Position(1, "a" * 64)
    await database.write(lambda connection: inbox.move(connection, CONSUMER, {}, {partnership: position}))


async def test_it_holds_until_another_replica_has_taken_something_in(fresh: Freshness, database: Database):
    holds = fresh.watch("LAP", is_live=True)
    await take_in(database, "SEM")
    assert await holds()

    await take_in(database, "LAP")
    assert not await holds()


async def test_it_holds_until_something_is_announced(fresh: Freshness, database: Database):
    holds = fresh.watch("LAP", is_live=True)

    events = run_of(1, stream="reporting")
    await database.write(lambda connection: STORE.append(connection, events))

    assert not await holds()


async def test_it_holds_for_a_minute_where_it_is_as_at_now_and_beyond_it_where_not(
    fresh: Freshness, clock: SteppedClock
):
    live, earlier = fresh.watch("LAP", is_live=True), fresh.watch("LAP", is_live=False)
    clock.move_to(at("2014-10-08", "09:01"))

    assert not await live()
    assert await earlier()


async def test_what_cannot_be_asked_for_does_not_hold(fresh: Freshness, monkeypatch: pytest.MonkeyPatch):
    holds = fresh.watch("LAP", is_live=True)

    async def unreadable(_database: Database, _question: object) -> None:
        raise Unavailable("the database cannot be read at present")

    monkeypatch.setattr(Database, "read", unreadable)
    assert not await holds()
