"""The log: contiguous versions, one winner per version, a chain that shows any change."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import delete, insert, update

from contracts.envelope import Position, Recorded
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore, VersionConflict
from tests.parts.tables import make_tables
from tests.runtime.ledger import next_event, run_of


@pytest.fixture
def log(database: Database) -> EventStore:
    store = EventStore("programme")
    make_tables(database, store.metadata)
    return store


async def append(database: Database, log: EventStore, events: list[Recorded]) -> None:
    await database.write(lambda connection: log.append(connection, events))


async def whole(database: Database, log: EventStore, partnership: str = "LAP") -> list[Recorded]:
    return await database.read(lambda connection: list(log.read(connection, partnership)))


async def test_what_was_appended_is_read_back_in_order(database: Database, log: EventStore) -> None:
    events = run_of(5)

    await append(database, log, events[:2])
    await append(database, log, events[2:])

    assert await whole(database, log) == events
    assert await database.read(lambda connection: list(log.read(connection, "LAP", after=2, limit=2))) == events[2:4]


async def test_the_position_is_that_of_the_last_event(database: Database, log: EventStore) -> None:
    events = run_of(3)
    assert await database.read(lambda connection: log.position(connection, "LAP")) == Position()
    assert await database.read(lambda connection: log.last_recorded_at(connection, "LAP")) is None

    await append(database, log, events)

    assert await database.read(lambda connection: log.position(connection, "LAP")) == events[-1].position
    assert await database.read(lambda connection: log.last_recorded_at(connection, "LAP")) == events[-1].recorded_at


async def test_each_partnership_has_a_log_of_its_own(database: Database, log: EventStore) -> None:
    await append(database, log, run_of(2, "SEM"))
    await append(database, log, run_of(3, "LAP"))

    assert await database.read(log.partnerships) == ["LAP", "SEM"]
    assert [event.version for event in await whole(database, log, "SEM")] == [1, 2]


async def test_the_trace_context_is_kept_beside_the_event_and_outside_its_bytes(
    database: Database, log: EventStore
) -> None:
    event = next_event(Position())
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    await database.write(lambda connection: log.append(connection, [event], traceparent=trace))

    [stored] = await database.read(lambda connection: list(log.read_stored(connection, "LAP")))

    assert stored.traceparent == trace
    assert stored.body == event.body


async def test_of_two_rivals_for_a_version_the_later_is_refused(database: Database, log: EventStore) -> None:
    first, rival = next_event(Position(), days=1), next_event(Position(), days=2)
    await append(database, log, [first])

    with pytest.raises(VersionConflict) as conflict:
        await append(database, log, [rival])

    assert conflict.value.partnership == "LAP"
    assert await whole(database, log) == [first]


async def test_two_replicas_that_race_leave_one_contiguous_log(
    database: Database, log: EventStore, database_url: str
) -> None:
    other = Database(database_url)

    async def keep_appending(replica: Database) -> int:
        conflicts = 0
        for _ in range(40):
            while True:
                known = await replica.read(lambda connection: log.position(connection, "LAP"))
                try:
                    await append(replica, log, [next_event(known)])
                except VersionConflict:
                    conflicts += 1
                else:
                    break
        return conflicts

    await asyncio.gather(keep_appending(database), keep_appending(other), keep_appending(other))

    assert [event.version for event in await whole(database, log)] == list(range(1, 121))
    assert await database.read(lambda connection: log.verify(connection, "LAP")) is None
    other.close()


async def test_an_event_made_from_a_newer_state_than_the_log_holds_is_refused(
    database: Database, log: EventStore
) -> None:
    events = run_of(3)
    await append(database, log, events[:1])

    with pytest.raises(VersionConflict):
        await append(database, log, events[2:])


async def test_an_event_of_another_history_is_refused_though_its_version_is_the_next(
    database: Database, log: EventStore
) -> None:
    await append(database, log, [next_event(Position(), days=1)])
    elsewhere = next_event(next_event(Position(), days=2).position)

    with pytest.raises(VersionConflict):
        await append(database, log, [elsewhere])


async def test_events_that_do_not_follow_each_other_are_a_mistake(database: Database, log: EventStore) -> None:
    first, _, third = run_of(3)

    with pytest.raises(ValueError, match="programme-LAP-3 does not follow programme-LAP-1"):
        await append(database, log, [first, third])

    assert await whole(database, log) == []


async def test_a_sound_log_is_verified_from_its_first_event_on(database: Database, log: EventStore) -> None:
    await append(database, log, run_of(10))

    assert await database.read(lambda connection: log.verify(connection, "LAP")) is None


@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(lambda log: update(log.events).values(body=b'{"version":4}'), id="bytes changed"),
        pytest.param(lambda log: update(log.events).values(chain="f" * 64), id="chain changed"),
        pytest.param(lambda log: delete(log.events), id="event removed"),
    ],
)
async def test_a_changed_event_is_found_by_its_version(database: Database, log: EventStore, tamper) -> None:
    await append(database, log, run_of(6))
    change = tamper(log).where(log.events.c.version == 4)
    await database.write(lambda connection: connection.execute(change).rowcount)

    assert await database.read(lambda connection: log.verify(connection, "LAP")) == 4


async def test_a_removed_end_of_the_log_is_found(database: Database, log: EventStore) -> None:
    await append(database, log, run_of(6))
    await database.write(
        lambda connection: connection.execute(delete(log.events).where(log.events.c.version > 4)).rowcount
    )

    assert await database.read(lambda connection: log.verify(connection, "LAP")) == 5


async def test_the_primary_key_refuses_a_second_event_of_one_version_even_past_the_head(
    database: Database, log: EventStore
) -> None:
    first, second = run_of(2)
    await append(database, log, [first])
    stray = second._replace(body=b"{}")
    await database.write(
        lambda connection: (
            connection.execute(
                insert(log.events),
                {
                    "partnership": "LAP",
                    "version": 2,
                    "recorded_at": stray.recorded_at,
                    "body": stray.body,
                    "chain": stray.chain,
                },
            ).rowcount
        )
    )

    with pytest.raises(VersionConflict):
        await append(database, log, [second])
