"""The follower: takes every event in once and in order, whatever the stream goes through."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from nats.aio.client import Client
from sqlalchemy import BigInteger, Column, Connection, LargeBinary, MetaData, String, Table, delete, insert, select

import contracts.events
from contracts.envelope import Position, Recorded, link
from services.runtime.messaging import streams
from services.runtime.messaging.broker import BrokerAddress, connect
from services.runtime.messaging.follower import SCHEMAS, Follower
from services.runtime.store.database import Database
from tests.parts.nats import NatsServer, patient
from tests.parts.seals import LATER_EPOCH, arrived, keyring, sealed
from tests.parts.tables import make_tables
from tests.parts.waiting import caught_up, until
from tests.runtime.ledger import next_event, run_of
from tests.runtime.stream_contents import put

metadata = MetaData()
journal = Table(
    "journal",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)


def enter(connection: Connection, events: Sequence[Recorded]) -> None:
    rows = [{"partnership": e.partnership, "version": e.version, "body": e.body} for e in events]
    connection.execute(insert(journal), rows)


def clear(connection: Connection) -> None:
    connection.execute(delete(journal))


def rewind(connection: Connection, partnership: str) -> None:
    connection.execute(delete(journal).where(journal.c.partnership == partnership))


async def entered(database: Database, partnership: str = "LAP") -> list[bytes]:
    query = select(journal.c.body).where(journal.c.partnership == partnership).order_by(journal.c.version)
    return await database.read(lambda connection: [bytes(body) for body in connection.scalars(query)])


def bodies(events: Sequence[Recorded]) -> list[bytes]:
    return [event.body for event in events]


class Following:
    """Followers of one stream, on one database, that are stopped at the end of the test."""

    def __init__(self, database: Database, connection: Client, stream: str) -> None:
        self.database, self.connection, self.stream = database, connection, stream
        self.seen: list[Recorded] = []
        self.effect = enter
        self.after: Callable[[Sequence[Recorded]], None] = self.seen.extend
        self._started: list[Follower] = []

    async def start(self, database: Database | None = None) -> Follower:
        follower = Follower(
            database or self.database,
            self.connection,
            keyring(self.stream),
            "reporting",
            self._apply,
            self.after,
            clear=clear,
            rewind=rewind,
        )
        await follower.start()
        self._started.append(follower)
        return follower

    def _apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        self.effect(connection, events)

    async def stop(self) -> None:
        for follower in self._started:
            await follower.stop()


@pytest.fixture
async def following(database: Database, connection: Client, stream: str) -> AsyncIterator[Following]:
    make_tables(database, metadata, *SCHEMAS)
    those = Following(database, connection, stream)
    yield those
    await those.stop()


async def test_what_is_in_the_stream_and_what_comes_is_taken_in(following: Following) -> None:
    events = run_of(20)
    await put(following.connection, following.stream, events[:10])
    follower = await following.start()
    await put(following.connection, following.stream, events[10:])

    await caught_up(follower, "LAP", 20)
    assert await entered(following.database) == bodies(events)
    assert following.seen == arrived(events)
    assert follower.position("LAP") == arrived(events)[-1].position
    await until(lambda: follower.lag() == 0)
    assert follower.last_progress is not None


async def test_duplicates_and_late_events_take_effect_once_and_in_order(following: Following) -> None:
    first, second, third, fourth, fifth = events = run_of(5)
    follower = await following.start()

    await put(
        following.connection, following.stream, [first, first, third, second, first, third, fifth, fourth, second]
    )

    await caught_up(follower, "LAP", 5)
    assert await entered(following.database) == bodies(events)
    await until(lambda: follower.blocked == {})


async def test_a_partnership_with_a_missing_event_stands_still_and_the_others_go_on(following: Following) -> None:
    lap, sem = run_of(5, "LAP"), run_of(5, "SEM")
    follower = await following.start()

    await put(following.connection, following.stream, [*lap[:2], *lap[3:], *sem])

    await caught_up(follower, "SEM", 5)
    await until(lambda: "LAP" in follower.blocked)
    assert follower.blocked == {"LAP": "event 3 is missing"}
    assert await entered(following.database) == bodies(lap[:2])


async def test_it_goes_on_when_the_missing_event_is_published_again(following: Following) -> None:
    events = run_of(5)
    follower = await following.start()
    await put(following.connection, following.stream, [*events[:2], *events[3:]])
    await until(lambda: "LAP" in follower.blocked)

    await put(following.connection, following.stream, [events[2]])

    await caught_up(follower, "LAP", 5)
    assert await entered(following.database) == bodies(events)
    await until(lambda: follower.blocked == {})


async def test_a_standstill_is_still_known_after_a_restart_and_ends_with_what_was_published_meanwhile(
    following: Following,
) -> None:
    events = run_of(5)
    follower = await following.start()
    await put(following.connection, following.stream, [*events[:2], *events[3:]])
    await until(lambda: "LAP" in follower.blocked)
    await follower.stop()

    await put(following.connection, following.stream, [events[2]])
    again = await following.start()

    await caught_up(again, "LAP", 5)
    assert await entered(following.database) == bodies(events)


async def test_a_second_gap_is_still_known_after_a_restart(following: Following) -> None:
    # given: the third event is missing, and the sixth, which is noticed later
    events = run_of(7)
    follower = await following.start()
    await put(following.connection, following.stream, [*events[:2], *events[3:5]])
    await until(lambda: "LAP" in follower.blocked)
    await put(following.connection, following.stream, [events[6]])
    await until(lambda: follower.lag() == 0 and follower.read_upto > 4)
    await follower.stop()

    # when: the third comes, and later the sixth
    await put(following.connection, following.stream, [events[2]])
    again = await following.start()
    await caught_up(again, "LAP", 5)
    await until(lambda: again.blocked.get("LAP") == "event 6 is missing")
    await put(following.connection, following.stream, [events[5]])

    # then
    await caught_up(again, "LAP", 7)
    assert await entered(following.database) == bodies(events)
    await until(lambda: again.blocked == {})


async def test_a_gap_is_known_even_if_the_process_died_as_soon_as_it_had_read_past_it(
    following: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = run_of(5)
    follower = await following.start()
    deaths: list[str] = []

    def dies_once(point: str) -> None:
        if point == "consumer.committed" and not deaths:
            deaths.append(point)
            raise RuntimeError("it dies here")

    monkeypatch.setattr("services.runtime.messaging.consumer.reached", dies_once)
    await put(following.connection, following.stream, [*events[:2], *events[3:]])
    await until(lambda: bool(deaths))
    await put(following.connection, following.stream, [events[2]])

    await caught_up(follower, "LAP", 5)


async def test_an_event_of_another_history_stops_its_partnership_and_is_not_taken_in(following: Following) -> None:
    events = run_of(3)
    rival = next_event(events[1].position, days=99)
    stranger = next_event(events[1].position._replace(chain="f" * 64), days=98)
    follower = await following.start()

    await put(following.connection, following.stream, [*events[:2], stranger, *run_of(2, "SEM")])

    await caught_up(follower, "SEM", 2)
    await until(lambda: "does not continue the history" in follower.blocked.get("LAP", ""))
    assert follower.position("LAP").version == 2

    await put(following.connection, following.stream, [rival])  # the one that does continue it
    await caught_up(follower, "LAP", 3)


async def test_a_message_that_is_no_event_is_passed_over(following: Following) -> None:
    events = run_of(2)
    follower = await following.start()
    jetstream = patient(following.connection)

    await put(following.connection, following.stream, events[:1])
    await jetstream.publish(f"{following.stream.lower()}.LAP.nonsense", b"nonsense")
    await put(following.connection, following.stream, events[1:])

    await caught_up(follower, "LAP", 2)
    await until(lambda: follower.blocked == {})


async def test_an_event_that_this_service_is_too_old_for_stops_its_partnership(following: Following) -> None:
    first, second = run_of(2)
    newer = second._replace(body=second.body.replace(b"capacity-released.v1", b"capacity-released.v99"))
    follower = await following.start()

    await patient(following.connection).publish(
        f"{following.stream.lower()}.LAP.capacity-released", sealed(following.stream, newer)
    )
    await put(following.connection, following.stream, [first, *run_of(1, "SEM")])

    await caught_up(follower, "SEM", 1)
    await until(lambda: "cannot be read" in follower.blocked.get("LAP", ""))


async def test_that_an_event_cannot_be_read_stays_the_reason_when_those_before_it_come_later(
    following: Following,
) -> None:
    # given
    first, second = run_of(2)
    newer = second._replace(body=second.body.replace(b"capacity-released.v1", b"capacity-released.v99"))
    follower = await following.start()
    subject = f"{following.stream.lower()}.LAP.capacity-released"
    await patient(following.connection).publish(subject, sealed(following.stream, newer))
    await until(lambda: "cannot be read" in follower.blocked.get("LAP", ""))
    # when
    await put(following.connection, following.stream, [first])
    await caught_up(follower, "LAP", 1)
    # then: also once it was looked for what follows, which is before anything else is taken in
    await put(following.connection, following.stream, run_of(1, "SEM"))
    await caught_up(follower, "SEM", 1)
    assert "cannot be read" in follower.blocked["LAP"]


async def test_what_it_was_too_old_for_is_taken_in_once_by_the_newer_version_in_its_place(
    following: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    first, second = run_of(2)
    body = second.body.replace(b"capacity-released.v1", b"capacity-released.v99")
    newer = second._replace(body=body, chain=link(first.chain, body))
    older = await following.start()
    await put(following.connection, following.stream, [first])
    subject = f"{following.stream.lower()}.LAP.capacity-released"
    await patient(following.connection).publish(subject, sealed(following.stream, newer))
    await until(lambda: "LAP" in older.blocked)
    # when
    await older.stop()
    read = contracts.events._READERS["org.concordat.capacity-released.v1"]
    monkeypatch.setitem(contracts.events._READERS, "org.concordat.capacity-released.v99", read)
    follower = await following.start()
    # then
    await caught_up(follower, "LAP", 2)
    await until(lambda: follower.blocked == {})
    assert await entered(following.database, "LAP") == [first.body, newer.body]


async def test_an_effect_that_fails_stops_its_partnership_only_and_is_tried_again(following: Following) -> None:
    broken = True

    def fail_for_lap(connection: Connection, events: Sequence[Recorded]) -> None:
        if broken and any(event.partnership == "LAP" for event in events):
            raise LookupError("no such partner")
        enter(connection, events)

    following.effect = fail_for_lap
    follower = await following.start()
    lap, sem = run_of(3, "LAP"), run_of(3, "SEM")
    await put(following.connection, following.stream, [lap[0], sem[0], lap[1], sem[1], lap[2], sem[2]])
    await caught_up(follower, "SEM", 3)
    await until(lambda: "no such partner" in follower.blocked.get("LAP", ""))

    broken = False

    await caught_up(follower, "LAP", 3)
    assert await entered(following.database, "LAP") == bodies(lap)
    assert await entered(following.database, "SEM") == bodies(sem)


async def test_it_resumes_behind_what_it_had_read(following: Following) -> None:
    events = run_of(10)
    follower = await following.start()
    await put(following.connection, following.stream, events[:6])
    await caught_up(follower, "LAP", 6)
    await follower.stop()
    await patient(following.connection).purge_stream(following.stream, keep=2)  # what was read is not needed again

    await put(following.connection, following.stream, events[6:])
    again = await following.start()

    await caught_up(again, "LAP", 10)
    assert following.seen == arrived(events)


@pytest.mark.parametrize("while_it_runs", [True, False], ids=["while it runs", "while it is stopped"])
async def test_a_stream_that_was_deleted_and_filled_anew_is_read_from_its_start(
    following: Following, while_it_runs: bool
) -> None:
    lap, sem = run_of(10, "LAP"), run_of(4, "SEM")
    follower = await following.start()
    await put(following.connection, following.stream, [*lap[:6], *sem[:2]])
    await caught_up(follower, "SEM", 2)
    if not while_it_runs:
        await follower.stop()

    await patient(following.connection).delete_stream(following.stream)
    await streams.apply(following.connection, streams=[following.stream], durables=[])
    await put(following.connection, following.stream, [*sem, *lap])
    if not while_it_runs:
        follower = await following.start()

    await caught_up(follower, "LAP", 10)
    await caught_up(follower, "SEM", 4)
    assert await entered(following.database, "LAP") == bodies(lap)
    assert await entered(following.database, "SEM") == bodies(sem)


async def test_two_replicas_share_the_work_and_no_event_takes_effect_twice(
    following: Following, database_url: str
) -> None:
    elsewhere = Database(database_url)
    one, other = await following.start(), await following.start(elsewhere)
    runs = {code: run_of(150, code) for code in ("LAP", "SEM")}

    for lap, sem in zip(*runs.values(), strict=True):
        await put(following.connection, following.stream, [lap, sem])

    for follower in (one, other):
        await caught_up(follower, "LAP", 150)
        await caught_up(follower, "SEM", 150)
    for code, events in runs.items():
        assert await entered(following.database, code) == bodies(events)
    assert sorted(event.id for event in following.seen) == sorted(e.id for events in runs.values() for e in events)
    await following.stop()
    elsewhere.close()


async def test_a_rebuild_clears_the_effects_and_takes_everything_in_again(following: Following) -> None:
    events = run_of(3_000)
    follower = await following.start()
    await put(following.connection, following.stream, events[:3])
    await caught_up(follower, "LAP", 3)
    await following.database.write(
        lambda connection: connection.execute(journal.update().values(body=b"spoiled")).rowcount
    )

    await follower.rebuild()

    await caught_up(follower, "LAP", 3)
    assert await entered(following.database) == bodies(events[:3])


async def test_no_garbage_is_collected_while_there_is_a_batch_and_collecting_goes_on_when_it_is_gone(
    following: Following,
) -> None:
    # given: a follower that is asked, once a batch is committed, whether garbage is being collected
    passed_on: list[Sequence[Recorded]] = []
    collecting: list[bool] = []

    def after(events: Sequence[Recorded]) -> None:
        passed_on.append(events)
        collecting.append(gc.isenabled())

    following.after = after
    follower = await following.start()

    # when
    await put(following.connection, following.stream, run_of(5))

    # then: not while the batch was there, of which nothing is left
    await caught_up(follower, "LAP", 5)
    await until(gc.isenabled)
    assert not any(collecting)
    assert not any(passed_on)


async def test_waiting_for_an_event_that_does_not_come_ends(following: Following) -> None:
    follower = await following.start()

    assert await follower.caught_up("LAP", 1, timeout=0.05) is False
    assert follower.position("LAP") == Position()


async def test_it_goes_on_after_the_broker_was_killed(
    tmp_path_factory: pytest.TempPathFactory, own_nats_server: NatsServer
) -> None:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('reporting') / 'reporting.db'}")
    make_tables(database, metadata, *SCHEMAS)
    connection = await connect(BrokerAddress(own_nats_server.url), "test")
    await streams.apply(connection, durables=[])
    events = run_of(40)
    those = Following(database, connection, "PROGRAMME")
    follower = await those.start()
    await put(connection, "PROGRAMME", events[:20])
    await caught_up(follower, "LAP", 20)

    own_nats_server.kill()
    await until(lambda: not connection.is_connected)
    own_nats_server.start()
    await until(lambda: connection.is_connected)
    await put(connection, "PROGRAMME", events[20:])

    await caught_up(follower, "LAP", 40)
    assert await entered(database) == bodies(events)
    await those.stop()
    await connection.close()
    database.close()


def another_history(count: int) -> list[Recorded]:
    """Return a log that has two events in common with the usual one, and none of the others."""
    common = run_of(2)
    return [*common, *run_of(count - 2, after=common[-1].position, days=99)]


async def test_a_log_that_was_restored_is_taken_in_from_its_first_event_and_the_old_one_is_passed_over(
    following: Following,
) -> None:
    # given: a log that another partnership shares the stream with, at which the consumer stands still
    lost, restored, other = run_of(6), another_history(4), run_of(3, "SEM")
    follower = await following.start()
    await put(following.connection, following.stream, [*lost[:4], lost[5], *other])
    await caught_up(follower, "LAP", 4)
    await until(lambda: "LAP" in follower.blocked)

    # when: it is sent again in a later epoch, with an event of the old one in between and behind
    await put(following.connection, following.stream, restored[:2], LATER_EPOCH)
    await put(following.connection, following.stream, [lost[4]])
    await put(following.connection, following.stream, restored[2:], LATER_EPOCH)
    await put(following.connection, following.stream, [lost[5]])

    # then
    await until(lambda: follower.position("LAP") == Position(4, restored[-1].chain, LATER_EPOCH))
    await until(lambda: follower.lag() == 0)
    assert await entered(following.database) == bodies(restored)
    assert await entered(following.database, "SEM") == bodies(other)
    assert follower.blocked == {}


async def test_a_consumer_that_begins_after_a_restore_ends_with_the_latest_history(following: Following) -> None:
    lost, restored = run_of(6), another_history(4)
    await put(following.connection, following.stream, lost)
    await put(following.connection, following.stream, restored, LATER_EPOCH)

    follower = await following.start()

    await until(lambda: follower.position("LAP") == Position(4, restored[-1].chain, LATER_EPOCH))
    assert await entered(following.database) == bodies(restored)


async def test_what_a_restored_log_lacks_on_the_stream_is_not_made_up_for_from_the_old_one(
    following: Following,
) -> None:
    lost, restored = run_of(6), another_history(4)
    follower = await following.start()
    await put(following.connection, following.stream, lost)
    await caught_up(follower, "LAP", 6)

    await put(following.connection, following.stream, restored[2:], LATER_EPOCH)
    await until(lambda: follower.blocked == {"LAP": "event 1 is missing"})
    await put(following.connection, following.stream, restored[:2], LATER_EPOCH)

    await until(lambda: follower.position("LAP") == Position(4, restored[-1].chain, LATER_EPOCH))
    assert await entered(following.database) == bodies(restored)
