"""The relay: every committed event reaches the stream, in order, whatever fails on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from nats.aio.client import Client
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import OperationalError

from contracts.sealing import seal_of
from services.runtime.messaging import publisher, streams
from services.runtime.messaging.broker import BrokerAddress, connect
from services.runtime.messaging.publisher import NotAcknowledged
from services.runtime.messaging.relay import Relay
from services.runtime.store import lease
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore
from services.runtime.store.lease import LeaseLost
from tests.parts.nats import NatsServer, patient
from tests.parts.seals import keyring, opened
from tests.parts.tables import make_tables
from tests.parts.waiting import STILL_SECONDS, until
from tests.runtime.ledger import run_of
from tests.runtime.logged import logged
from tests.runtime.relaying import append, everything_relayed, log_of
from tests.runtime.stream_contents import events_in, messages_in

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though the machine stand still, no lease expires and no acknowledgement comes too late."""
    monkeypatch.setattr(lease.Lease.__init__, "__kwdefaults__", {"seconds": STILL_SECONDS / 2})
    monkeypatch.setattr(publisher, "_ACKNOWLEDGE_SECONDS", STILL_SECONDS / 2)


@pytest.fixture
def log(database: Database, stream: str) -> EventStore:
    return log_of(database, stream)


@pytest.fixture
async def relay(database: Database, log: EventStore, connection: Client, stream: str) -> AsyncIterator[Relay]:
    running = Relay(database, log, connection, keyring(stream), poll_seconds=0.1)
    await running.start()
    await until(lambda: running.active)
    yield running
    await running.stop()


async def test_committed_events_reach_the_stream_in_order(
    database: Database, log: EventStore, relay: Relay, connection: Client, stream: str
) -> None:
    events = run_of(700, stream=stream.lower())

    await append(database, log, events[:1])
    await append(database, log, events[1:])
    await everything_relayed(relay)

    assert await events_in(connection, stream) == events


async def test_a_message_carries_its_id_its_subject_and_the_stored_trace_context(
    database: Database, log: EventStore, relay: Relay, connection: Client, stream: str
) -> None:
    [event] = run_of(1, stream=stream.lower())

    await append(database, log, [event], traceparent=TRACE)
    await everything_relayed(relay)

    [message] = await messages_in(connection, stream)
    assert message.subject == f"{stream.lower()}.LAP.capacity-released"
    assert message.headers is not None
    assert message.headers["traceparent"] == TRACE
    assert message.headers["Nats-Msg-Id"] == f"{event.id}-{seal_of(message.data or b'')[:32]}"


async def test_a_message_is_sealed_and_names_the_epoch_of_its_log(
    database: Database, log: EventStore, relay: Relay, connection: Client, stream: str
) -> None:
    [event] = run_of(1, stream=stream.lower())
    first = await database.read(log.epoch)

    await append(database, log, [event])
    await everything_relayed(relay)
    second = await database.write(log.begin_epoch)
    await relay.republish()

    sent = [opened(stream, message.data or b"") for message in await messages_in(connection, stream)]
    assert sent == [event._replace(epoch=first), event._replace(epoch=second)]
    assert first < second


async def test_nobody_can_foresee_the_message_id_and_have_the_broker_drop_the_genuine_event(
    database: Database, log: EventStore, relay: Relay, connection: Client, stream: str
) -> None:
    [event] = run_of(1, stream=stream.lower())
    subject = f"{stream.lower()}.LAP.capacity-released"
    await patient(connection).publish(subject, b"{}", headers={"Nats-Msg-Id": event.id})

    await append(database, log, [event])
    await everything_relayed(relay)

    assert [message.data for message in await messages_in(connection, stream)][1:] != []


async def test_events_of_several_partnerships_are_each_in_order(
    database: Database, log: EventStore, relay: Relay, connection: Client, stream: str
) -> None:
    runs = {code: run_of(60, code, stream=stream.lower()) for code in ("LAP", "SEM", "FIRE")}
    await asyncio.gather(*(append(database, log, run) for run in runs.values()))
    await everything_relayed(relay)

    arrived = await events_in(connection, stream)
    assert {code: [event for event in arrived if event.partnership == code] for code in runs} == runs


async def test_a_relay_that_died_before_it_marked_sends_again_and_the_stream_holds_each_event_once(
    database: Database, log: EventStore, relay: Relay, connection: Client, stream: str
) -> None:
    events = run_of(5, stream=stream.lower())
    await append(database, log, events)
    await everything_relayed(relay)
    await relay.stop()
    await database.write(lambda connection: connection.execute(update(log.heads).values(relayed=2)).rowcount)

    successor = Relay(database, log, connection, keyring(stream))
    await successor.start()
    await everything_relayed(successor)
    await successor.stop()

    assert await events_in(connection, stream) == events


async def test_of_two_replicas_one_relays_and_the_other_takes_over(
    database: Database, log: EventStore, relay: Relay, connection: Client, stream: str, database_url: str
) -> None:
    events = run_of(2, stream=stream.lower())
    elsewhere = Database(database_url)
    standby = Relay(elsewhere, log, connection, keyring(stream), poll_seconds=0.1)
    await standby.start()
    await append(elsewhere, log, events[:1])  # committed where the standby is, relayed by the other
    await everything_relayed(standby)
    assert (relay.active, standby.active) == (True, False)

    await relay.stop()
    await until(lambda: standby.active)
    await append(database, log, events[1:])
    await everything_relayed(standby)

    assert await events_in(connection, stream) == events
    await standby.stop()
    elsewhere.close()


async def test_a_replica_that_stands_by_sees_that_the_other_gets_on(
    database: Database, log: EventStore, relay: Relay, connection: Client, stream: str
) -> None:
    standing_by = Relay(database, log, connection, keyring(stream), poll_seconds=0.1)
    assert await standing_by.waiting() == 0
    await append(database, log, run_of(1, stream=stream.lower()))
    await everything_relayed(relay)
    assert await standing_by.waiting() == 0
    assert standing_by.last_progress is not None


async def test_a_relay_that_lost_its_lease_marks_nothing(
    database: Database, log: EventStore, relay: Relay, stream: str
) -> None:
    usurped = lease.leases.update().values(holder="somebody else", fence=99, expires=lease.leases.c.expires + 60)
    await database.write(lambda connection: connection.execute(usurped).rowcount)

    await append(database, log, run_of(1, stream=stream.lower()))

    await until(lambda: not relay.active)
    relayed = await database.read(lambda connection: connection.scalar(select(log.heads.c.relayed)))
    assert relayed == 0


async def test_a_mark_that_the_database_did_not_take_is_made_again_though_no_event_follows(
    database: Database, log: EventStore, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_once(relay, monkeypatch, OperationalError("mark", {}, Exception("the database has gone away")))

    await append(database, log, run_of(3, stream=log.name))

    await everything_relayed(relay)


async def test_a_mark_that_fails_as_the_lease_changes_hands_keeps_no_other_from_being_made(
    database: Database, log: EventStore, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    await append(database, log, run_of(1, "LAP", stream=log.name))
    await everything_relayed(relay)

    def forget() -> None:  # as when the lease is found to have been somebody else's for a while
        relay._acknowledged.clear()
        relay._unmarked.clear()

    failures = fail_once(relay, monkeypatch, LeaseLost("another replica has taken over"), forget)
    relay._unmarked.add("LAP")
    relay._to_mark.set()
    await until(lambda: failures == [1])
    await append(database, log, run_of(1, "SEM", stream=log.name))

    await everything_relayed(relay)


def fail_once(
    relay: Relay, monkeypatch: pytest.MonkeyPatch, error: Exception, meanwhile: Callable[[], None] = lambda: None
) -> list[int]:
    """Have the next mark fail, and ``meanwhile`` happen in it; return what will hold a 1 once it has."""
    confirm, failures = relay._lease.confirm, []

    def confirming(connection: Connection) -> None:
        if not failures:
            failures.append(1)
            meanwhile()
            raise error
        confirm(connection)

    monkeypatch.setattr(relay._lease, "confirm", confirming)
    return failures


async def test_republishing_sends_the_log_again_to_a_stream_that_was_emptied(
    database: Database, log: EventStore, relay: Relay, connection: Client, stream: str
) -> None:
    events = run_of(300, stream=stream.lower())
    await append(database, log, events)
    await everything_relayed(relay)
    await patient(connection).purge_stream(stream)

    assert await relay.republish() == 300
    assert await events_in(connection, stream) == events


async def test_republishing_can_be_of_one_partnership_from_one_version(
    database: Database, log: EventStore, relay: Relay, connection: Client, stream: str
) -> None:
    lap, sem = (run_of(5, code, stream=stream.lower()) for code in ("LAP", "SEM"))
    await append(database, log, lap)
    await append(database, log, sem)
    await everything_relayed(relay)
    await patient(connection).purge_stream(stream)

    assert await relay.republish("SEM", from_version=4) == 2
    assert await events_in(connection, stream) == sem[3:]


async def test_republishing_without_a_stream_says_so(
    database: Database, log: EventStore, connection: Client, stream: str
) -> None:
    await append(database, log, run_of(1, stream=stream.lower()))

    with pytest.raises(NotAcknowledged, match="0 events of LAP were sent again"):
        await Relay(database, log, connection, keyring("NOWHERE")).republish()


@pytest.fixture
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path_factory.mktemp('log') / 'log.db'}")
    yield opened
    opened.close()


async def test_events_that_were_committed_while_the_broker_was_away_are_relayed_when_it_is_back(
    sqlite: Database, own_nats_server: NatsServer
) -> None:
    events = run_of(50)
    log = EventStore("programme")
    make_tables(sqlite, log.metadata, lease.metadata)
    connection = await connect(BrokerAddress(own_nats_server.url), "test")
    await streams.apply(connection, durables=[])
    relay = Relay(sqlite, log, connection, keyring("PROGRAMME"), poll_seconds=0.1)
    await relay.start()
    await append(sqlite, log, events[:10])
    await everything_relayed(relay)

    own_nats_server.kill()
    for event in events[10:]:
        await append(sqlite, log, [event])
        await asyncio.sleep(0.005)
    own_nats_server.start()
    await everything_relayed(relay)

    arrived = await events_in(connection, "PROGRAMME")
    assert sorted({event.version for event in arrived}) == list(range(1, 51))
    await relay.stop()
    await connection.close()


async def test_a_stream_that_is_missing_holds_the_relay_up_until_it_is_there(
    sqlite: Database, own_nats_server: NatsServer
) -> None:
    events = run_of(3)
    log = EventStore("programme")
    make_tables(sqlite, log.metadata, lease.metadata)
    connection = await connect(BrokerAddress(own_nats_server.url), "test")
    relay = Relay(sqlite, log, connection, keyring("PROGRAMME"), poll_seconds=0.1)
    with logged() as said:
        await relay.start()
        await append(sqlite, log, events)
        await until(lambda: "the relay failed" in said.text)

        await streams.apply(connection, durables=[])
        await everything_relayed(relay)
        await until(lambda: "the relay works again" in said.text)

    assert await events_in(connection, "PROGRAMME") == events
    await relay.stop()
    await connection.close()


async def test_an_event_does_not_wait_for_the_one_before_it_to_be_acknowledged(
    sqlite: Database, own_nats_server: NatsServer
) -> None:
    events = run_of(3)
    log = EventStore("programme")
    make_tables(sqlite, log.metadata, lease.metadata)
    connection = await connect(BrokerAddress(own_nats_server.url), "test")
    await streams.apply(connection, durables=[])
    relay = Relay(sqlite, log, connection, keyring("PROGRAMME"), poll_seconds=0.1)
    await relay.start()
    await append(sqlite, log, events[:1])
    await everything_relayed(relay)

    own_nats_server.pause()
    for event in events[1:]:
        sent = connection.stats["out_msgs"]
        await append(sqlite, log, [event])
        await until(lambda sent=sent: connection.stats["out_msgs"] > sent)
    unmarked = await relay.waiting()
    own_nats_server.resume()
    await everything_relayed(relay)

    assert unmarked == 2
    assert await events_in(connection, "PROGRAMME") == events
    await relay.stop()
    await connection.close()
