"""The inbox: an event takes effect once and in its turn, whatever the broker delivers."""

from __future__ import annotations

import asyncio

import pytest

from contracts.envelope import ChainBroken, Position
from services.runtime.messaging import inbox
from services.runtime.messaging.inbox import Verdict, judge, take
from services.runtime.store.database import Database
from tests.parts.tables import make_tables
from tests.runtime.ledger import next_event, run_of

EVENTS = run_of(4)


@pytest.mark.parametrize(
    ("had", "arrives", "verdict"),
    [
        (0, 1, Verdict.NEXT),
        (0, 2, Verdict.GAP),
        (2, 1, Verdict.DUPLICATE),
        (2, 2, Verdict.DUPLICATE),
        (2, 3, Verdict.NEXT),
        (2, 4, Verdict.GAP),
    ],
)
def test_an_event_is_judged_by_its_version(had: int, arrives: int, verdict: Verdict) -> None:
    position = EVENTS[had - 1].position if had else Position()

    assert judge(position, EVENTS[arrives - 1]) is verdict


def test_the_next_event_of_another_history_breaks_the_chain() -> None:
    rival = next_event(Position(), days=99)

    with pytest.raises(ChainBroken, match="programme-LAP-2"):
        judge(rival.position, EVENTS[1])


def test_another_event_of_the_last_version_breaks_the_chain() -> None:
    with pytest.raises(ChainBroken, match="not the one"):
        judge(EVENTS[0].position, next_event(Position(), days=99))


def test_changed_bytes_break_the_chain() -> None:
    forged = EVENTS[0]._replace(body=EVENTS[0].body.replace(b"BRE", b"CAM"))

    with pytest.raises(ChainBroken):
        judge(Position(), forged)


@pytest.fixture
def store(database: Database) -> Database:
    make_tables(database, inbox.metadata)
    return database


async def test_taking_an_event_moves_the_position_and_a_second_time_does_not(store: Database) -> None:
    verdicts = [await store.write(lambda connection, e=event: take(connection, "mail", e)) for event in EVENTS[:2]]
    again = await store.write(lambda connection: take(connection, "mail", EVENTS[0]))
    gap = await store.write(lambda connection: take(connection, "mail", EVENTS[3]))

    assert [*verdicts, again, gap] == [Verdict.NEXT, Verdict.NEXT, Verdict.DUPLICATE, Verdict.GAP]
    assert await store.read(lambda connection: inbox.all_positions(connection, "mail")) == {"LAP": EVENTS[1].position}


async def test_each_consumer_has_positions_of_its_own(store: Database) -> None:
    await store.write(lambda connection: take(connection, "mail", EVENTS[0]))

    assert await store.write(lambda connection: take(connection, "calendar", EVENTS[0])) is Verdict.NEXT
    await store.write(lambda connection: inbox.forget(connection, "mail"))
    assert await store.read(lambda connection: inbox.all_positions(connection, "mail")) == {}
    assert await store.read(lambda connection: inbox.all_positions(connection, "calendar")) != {}


async def test_of_two_replicas_with_the_same_event_one_takes_it(store: Database, database_url: str) -> None:
    other = Database(database_url)
    await store.write(lambda connection: take(connection, "mail", EVENTS[0]))

    for event in EVENTS[1:]:
        verdicts = await asyncio.gather(
            store.write(lambda connection, e=event: take(connection, "mail", e)),
            other.write(lambda connection, e=event: take(connection, "mail", e)),
        )
        assert set(verdicts) == {Verdict.NEXT, Verdict.DUPLICATE}
    other.close()
