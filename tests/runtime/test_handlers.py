"""Handlers: each event takes effect once and in order; what fails is tried again, then kept as a dead letter."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from prometheus_client import generate_latest
from sqlalchemy import BigInteger, Column, Connection, MetaData, String, Table, delete, insert, select

from contracts.envelope import NewerEvent, Position, Recorded, with_chain
from services.runtime.base.retry import Backoff, steadily
from services.runtime.base.telemetry import REGISTRY
from services.runtime.messaging import blocked_partitions, consumer, dead_letters, handlers, inbox, streams
from services.runtime.messaging.broker import BrokerAddress, connect
from services.runtime.messaging.consumer import SCHEMAS
from services.runtime.messaging.gap_fill import find_following
from services.runtime.messaging.handler_broker import faststream_broker
from services.runtime.messaging.handlers import Handler
from services.runtime.messaging.keyring import Keyring
from services.runtime.messaging.streams import Durable
from services.runtime.store.database import Database
from services.runtime.store.event_store import VersionConflict
from tests.parts.nats import NatsServer, patient
from tests.parts.seals import LATER_EPOCH, keyring
from tests.parts.tables import make_tables
from tests.parts.waiting import until
from tests.runtime.ledger import next_event, run_of
from tests.runtime.logged import logged
from tests.runtime.stream_contents import put

metadata = MetaData()
letters = Table(
    "letters",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("version", BigInteger, primary_key=True),
)


def write_letter(connection: Connection, event: Recorded) -> None:
    connection.execute(insert(letters), {"partnership": event.partnership, "version": event.version})


class Handling:
    """Handlers of one durable, each with a broker of its own, that are stopped at the end of the test."""

    def __init__(self, database: Database, connection: Client, durable: Durable, address: BrokerAddress) -> None:
        self.database, self.connection, self.durable, self.address = database, connection, durable, address
        self.effect: Callable[[Connection, Recorded], None] = write_letter
        self.watch: Callable[[Sequence[Recorded]], None] = lambda events: None
        self.seen: list[str] = []
        self._stops: list[Callable] = []

    async def start(self, database: Database | None = None, **settings: Any) -> Handler:
        handler = Handler(
            database or self.database,
            self.connection,
            keyring(self.durable.stream),
            self.durable,
            self._on,
            lambda events: self.seen.extend(event.id for event in events),
            **{"tries": 3, "backoff": Backoff(0.05, 0.2), **settings},
        )
        self.handler = handler
        broker = faststream_broker(self.address, "test")
        await handler.start(broker)
        await broker.start()
        self._stops += [broker.stop, handler.stop]
        return handler

    def _on(self, connection: Connection, events: Sequence[Recorded]) -> None:
        self.watch(events)
        for event in events:
            self.effect(connection, event)

    @asynccontextmanager
    async def busy_until_arrived(self, count: int) -> AsyncIterator[None]:
        """Keep the handler busy until so many messages wait for it."""
        async with self.handler.consumer.turn:
            yield
            await until(lambda: len(self.handler._arrived) == count)

    async def stop(self) -> None:
        for stop in self._stops:
            await stop()
        self._stops.clear()

    async def put(self, *events: Recorded) -> None:
        await put(self.connection, self.durable.stream, events)

    async def written(self, partnership: str = "LAP") -> list[int]:
        query = select(letters.c.version).where(letters.c.partnership == partnership).order_by(letters.c.version)
        return await self.database.read(lambda connection: list(connection.scalars(query)))

    async def position(self, partnership: str = "LAP") -> Position:
        known = await self.database.read(lambda connection: inbox.all_positions(connection, self.durable.name))
        return known.get(partnership, Position())

    async def taken_in(self, version: int, partnership: str = "LAP") -> None:
        async def reached() -> bool:
            return (await self.position(partnership)).version >= version

        await until(reached)

    async def unanswered(self) -> int:
        info = await patient(self.connection).consumer_info(self.durable.stream, self.durable.name)
        return (info.num_pending or 0) + (info.num_ack_pending or 0)

    async def everything_answered(self) -> None:
        async def nothing_waits() -> bool:
            return await self.unanswered() == 0

        await until(nothing_waits)

    async def dead(self) -> list[dead_letters.DeadLetter]:
        return list(await self.database.read(lambda connection: dead_letters.all_of(connection, self.durable.name)))


@pytest.fixture
async def handling(
    database: Database, connection: Client, stream: str, nats_server: NatsServer
) -> AsyncIterator[Handling]:
    durable = Durable(stream, "mail")
    await streams.apply(connection, streams=[stream], durables=[durable])
    make_tables(database, metadata, *SCHEMAS)
    those = Handling(database, connection, durable, BrokerAddress(nats_server.url))
    yield those
    await those.stop()


async def test_each_event_takes_effect_once_and_is_answered(handling: Handling) -> None:
    events = run_of(5)
    await handling.put(*events[:3])
    await handling.start()
    await handling.put(events[1], *events[3:], events[0])

    await handling.taken_in(5)
    await handling.everything_answered()

    assert await handling.written() == [1, 2, 3, 4, 5]
    assert handling.seen == [event.id for event in events]


async def test_handlers_begin_though_the_broker_takes_its_time_to_answer(
    handling: Handling, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given: a broker that answers nobody who waits for less than ten seconds
    request = Client.request

    async def slowly(
        self: Client,
        subject: str,
        payload: bytes = b"",
        timeout: float = 0.5,  # noqa: ASYNC109 - nats-py's own
        **more: Any,
    ) -> Msg:
        if timeout < 10:
            raise TimeoutError
        return await request(self, subject, payload, timeout, **more)

    await handling.put(*run_of(1))
    with monkeypatch.context() as patched:
        patched.setattr(Client, "request", slowly)
        # when
        await handling.start()
    # then
    await handling.taken_in(1)


async def test_an_event_without_meaning_is_taken_in_all_the_same(handling: Handling) -> None:
    handling.effect = lambda connection, event: None
    await handling.start()

    await handling.put(*run_of(3))

    await handling.taken_in(3)
    assert await handling.written() == []


async def test_events_that_arrive_out_of_order_take_effect_in_order(handling: Handling) -> None:
    one, two, three, four = run_of(4)
    order: list[int] = []

    def note_order(connection: Connection, event: Recorded) -> None:
        order.append(event.version)
        write_letter(connection, event)

    handling.effect = note_order
    await handling.put(two, four, one, three)
    await handling.start()

    await handling.taken_in(4)
    await handling.everything_answered()
    assert order == [1, 2, 3, 4]


async def test_an_event_that_is_missing_is_waited_for_and_other_partnerships_go_on(handling: Handling) -> None:
    one, two, three = run_of(3)
    handler = await handling.start()

    await handling.put(one, three, *run_of(2, "SEM"))
    await handling.taken_in(2, "SEM")
    await until(lambda: "LAP" in handler.blocked)
    assert handler.blocked == {"LAP": "event 2 is missing"}
    assert await handling.written() == [1]

    await handling.put(two, three)
    await handling.taken_in(3)
    assert await handling.written() == [1, 2, 3]
    await until(lambda: handler.blocked == {})


async def test_events_behind_one_that_is_missing_have_the_stream_searched_once_for_all_that_came_together(
    handling: Handling, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[Position] = []

    async def searching(connection: Client, keyring: Keyring, partnership: str, position: Position) -> list[Recorded]:
        searched.append(position)
        return await find_following(connection, keyring, partnership, position)

    monkeypatch.setattr(consumer, "find_following", searching)
    one, _, *behind = run_of(42)
    await handling.put(one, *behind)
    handler = await handling.start(backoff=steadily(3600.0))  # time alone has it search for nothing

    async def all_were_looked_at() -> bool:
        info = await patient(handling.connection).consumer_info(handling.durable.stream, handling.durable.name)
        return info.num_pending == 0 and not handler.consumer.turn.locked()

    await until(lambda: "LAP" in handler.blocked and bool(searched))
    await until(all_were_looked_at)
    assert 1 <= len(searched) <= 5, "a handful of batches at the most, and 40 events"
    assert await handling.written() == [1]


async def test_events_behind_one_that_is_missing_are_answered_and_are_not_needed_from_the_broker_again(
    handling: Handling,
) -> None:
    # given
    one, two, *behind = run_of(5)
    handler = await handling.start()
    await handling.put(one, *behind)
    await until(lambda: "LAP" in handler.blocked)
    await handling.everything_answered()

    # when
    await handling.put(two)

    # then
    await handling.taken_in(5)
    assert await handling.written() == [1, 2, 3, 4, 5]
    await until(lambda: handler.blocked == {})


async def test_why_an_effect_fails_is_still_said_when_more_events_come_behind_it(handling: Handling) -> None:
    def fail(connection: Connection, event: Recorded) -> None:
        raise LookupError("the template is missing")

    handling.effect = fail
    handler = await handling.start(backoff=steadily(3600.0))
    events = run_of(3)
    await handling.put(events[0])
    await until(lambda: "LAP" in handler.blocked)

    await handling.put(*events[1:])
    await handling.everything_answered()

    assert handler.blocked == {"LAP": "an event could not be applied: the template is missing"}


async def test_a_partnership_stands_still_no_longer_once_another_replica_has_taken_its_events_in(
    handling: Handling,
) -> None:
    one, _, three = run_of(3)
    handler = await handling.start()
    await handling.put(one, three)
    await until(lambda: "LAP" in handler.blocked)

    def elsewhere(connection: Connection) -> None:
        inbox.move(connection, handling.durable.name, {"LAP": one.position}, {"LAP": three.position})

    await handling.database.write(elsewhere)

    await until(lambda: handler.blocked == {})
    rows = await handling.database.read(
        lambda connection: connection.execute(select(blocked_partitions.blocked_partitions)).all()
    )
    assert rows == []


async def test_an_effect_that_fails_is_tried_again_and_later_events_wait_for_it(handling: Handling) -> None:
    tried: list[int] = []

    def fail_twice(connection: Connection, event: Recorded) -> None:
        tried.append(event.version)
        write_letter(connection, event)
        if tried.count(2) < 3 and event.version == 2:
            raise LookupError("the template is missing")

    handling.effect = fail_twice
    await handling.start()
    await handling.put(*run_of(4))

    await handling.taken_in(4)
    await handling.everything_answered()
    assert tried.count(2) >= 3
    assert 3 not in tried[: _last_of(2, tried)]
    assert await handling.written() == [1, 2, 3, 4]
    assert await handling.dead() == []


async def test_of_events_that_take_effect_together_one_that_fails_takes_no_other_with_it(handling: Handling) -> None:
    seen_at_once: list[int] = []

    def fail_for_sem(connection: Connection, event: Recorded) -> None:
        if event.partnership == "SEM":
            raise LookupError("the template is missing")
        write_letter(connection, event)

    handling.effect = fail_for_sem
    handling.watch = lambda events: seen_at_once.append(len(events))
    together = [*run_of(3, "LAP"), *run_of(3, "SEM"), *run_of(3, "NLC")]
    await handling.start()
    async with handling.busy_until_arrived(len(together)):
        await handling.put(*together)

    await handling.taken_in(3, "LAP")
    await handling.taken_in(3, "NLC")
    await handling.taken_in(3, "SEM")
    await handling.everything_answered()
    assert max(seen_at_once) == 9
    assert await handling.written("LAP") == await handling.written("NLC") == [1, 2, 3]
    assert [letter.version for letter in await handling.dead()] == [1, 2, 3]


async def test_events_that_come_one_by_one_share_a_transaction_and_the_first_waits_for_no_other(
    handling: Handling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "_GATHER_SECONDS", 60.0)
    taken_at_once: list[list[int]] = []
    handling.watch = lambda events: taken_at_once.append([event.version for event in events])
    first, second, third = run_of(3)
    handler = await handling.start(at_once=4)

    await handling.put(first)
    await handling.everything_answered()
    await handling.put(second)
    await until(lambda: len(handler._arrived) == 1)
    await handling.put(third)  # half of what may be taken at once
    await handling.everything_answered()

    assert taken_at_once == [[1], [2, 3]]


async def test_of_events_taken_together_a_partnership_with_a_gap_holds_up_no_other(handling: Handling) -> None:
    one, _, three = run_of(3, "SEM")
    seen_at_once: list[int] = []
    handling.watch = lambda events: seen_at_once.append(len(events))
    together = [*run_of(3, "LAP"), one, three, *run_of(3, "NLC")]
    handler = await handling.start()
    async with handling.busy_until_arrived(len(together)):
        await handling.put(*together)

    await handling.taken_in(3, "NLC")
    await until(lambda: "SEM" in handler.blocked)
    assert seen_at_once[0] == 7
    assert [await handling.written(each) for each in ("LAP", "SEM", "NLC")] == [[1, 2, 3], [1], [1, 2, 3]]


async def test_a_handler_that_takes_one_at_once_never_takes_effects_together(handling: Handling) -> None:
    seen_at_once: list[int] = []
    handling.watch = lambda events: seen_at_once.append(len(events))
    await handling.put(*run_of(5))
    await handling.start(at_once=1)

    await handling.taken_in(5)
    assert seen_at_once == [1] * 5


async def test_an_effect_that_keeps_failing_becomes_a_dead_letter_and_the_partnership_goes_on(
    handling: Handling,
) -> None:
    broken = True

    def fail_for_two(connection: Connection, event: Recorded) -> None:
        if broken and event.version == 2:
            raise LookupError("the template is missing")
        write_letter(connection, event)

    handling.effect = fail_for_two
    handler = await handling.start()
    events = run_of(4)
    await handling.put(*events)

    await handling.taken_in(4)
    await handling.everything_answered()
    assert await handling.written() == [1, 3, 4]
    [letter] = await handling.dead()
    assert (letter.partnership, letter.version) == ("LAP", 2)
    assert letter.reason == "its effect failed 3 times, the last time with: the template is missing"
    assert letter.wire == with_chain(events[1].body, events[1].chain)

    broken = False
    await handler.consumer.retry_letter(letter)

    assert await handling.written() == [1, 2, 3, 4]
    assert await handling.dead() == []


async def test_what_this_version_is_too_old_for_waits_for_a_newer_replica_and_is_never_a_dead_letter(
    handling: Handling,
) -> None:
    tries = 0

    def be_too_old_for_two(connection: Connection, event: Recorded) -> None:
        nonlocal tries
        tries += event.version == 2
        if event.version == 2 and tries <= 5:
            raise NewerEvent("no event is called 'org.concordat.tea-served.v1'")
        write_letter(connection, event)

    handling.effect = be_too_old_for_two
    await handling.start(tries=2)
    await handling.put(*run_of(3))

    await handling.taken_in(3)
    assert await handling.written() == [1, 2, 3]
    assert (tries, await handling.dead()) == (6, [])


async def test_an_effect_that_another_replica_overtakes_is_tried_until_its_turn_comes(
    handling: Handling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "_BUSY_SECONDS", 0.05)
    overtaken = 0

    def overtake_ten_times(connection: Connection, event: Recorded) -> None:
        nonlocal overtaken
        overtaken += 1
        if overtaken <= 10:
            raise VersionConflict(event.partnership)
        write_letter(connection, event)

    handling.effect = overtake_ten_times
    await handling.start(tries=2)
    await handling.put(*run_of(1))

    await handling.taken_in(1)
    assert await handling.dead() == []
    assert await handling.written() == [1]


async def test_failures_are_counted_across_restarts(handling: Handling) -> None:
    def fail(connection: Connection, event: Recorded) -> None:
        raise LookupError("the template is missing")

    async def one_failure() -> bool:
        count = select(dead_letters.failures.c.tries)
        return await handling.database.read(lambda connection: connection.scalar(count)) == 1

    handling.effect = fail
    await handling.start(tries=2, backoff=steadily(3600.0))
    await handling.put(*run_of(1))
    await until(one_failure)
    await handling.stop()

    await handling.start(tries=2)
    await handling.taken_in(1)
    assert len(await handling.dead()) == 1


@pytest.fixture
def broker_hands_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broker waits for answers longer than any test does."""
    monkeypatch.setattr(streams, "_ACK_WAIT_SECONDS", 86_400.0)


@pytest.mark.usefixtures("broker_hands_out_once")
async def test_what_a_killed_predecessor_was_handed_is_taken_in_and_answered_without_the_broker_handing_it_out_again(
    handling: Handling,
) -> None:
    await handling.put(*run_of(3, "LAP"), *run_of(3, "SEM"))
    durable = handling.durable
    handed: list[Msg] = []

    async def never_answer(message: Msg) -> None:
        handed.append(message)

    predecessor = await handling.connection.subscribe(durable.subject, durable.name, cb=never_answer)
    await until(lambda: len(handed) == 6)
    await predecessor.unsubscribe()

    handler = await handling.start()

    await handling.everything_answered()
    assert handler.last_progress is not None, "a check of readiness goes by it"
    assert await handling.written("LAP") == [1, 2, 3]
    assert await handling.written("SEM") == [1, 2, 3]
    assert len(handling.seen) == len(set(handling.seen)) == 6


async def test_a_message_that_is_no_event_becomes_a_dead_letter(handling: Handling) -> None:
    await handling.start()
    subject = f"{handling.durable.stream.lower()}.LAP.nonsense"

    await patient(handling.connection).publish(subject, b"nonsense")
    await handling.put(*run_of(1))

    await handling.taken_in(1)
    await handling.everything_answered()
    [letter] = await handling.dead()
    assert (letter.version, letter.subject, letter.wire) == (0, subject, b"nonsense")


async def test_an_event_of_another_history_is_an_alarm_and_has_no_effect(handling: Handling) -> None:
    one, two = run_of(2)
    stranger = next_event(one.position._replace(chain="f" * 64), days=98)
    handler = await handling.start()

    await handling.put(one, stranger)

    await until(lambda: "does not continue the history" in handler.blocked.get("LAP", ""))
    assert await handling.written() == [1]
    assert await handling.dead() == []
    await handling.put(two)
    await handling.taken_in(2)


async def test_two_replicas_share_the_work_and_no_event_takes_effect_twice(
    handling: Handling, database_url: str
) -> None:
    elsewhere = Database(database_url)
    await handling.start()
    await handling.start(elsewhere)

    for lap, sem in zip(run_of(60, "LAP"), run_of(60, "SEM"), strict=True):
        await handling.put(lap, sem)

    await handling.taken_in(60, "LAP")
    await handling.taken_in(60, "SEM")
    await handling.everything_answered()
    assert await handling.written("LAP") == await handling.written("SEM") == list(range(1, 61))
    assert len(handling.seen) == len(set(handling.seen)) == 120
    await handling.stop()
    elsewhere.close()


async def test_it_goes_on_when_its_stream_was_deleted_and_filled_anew(handling: Handling) -> None:
    events = run_of(6)
    await handling.start()
    await handling.put(*events[:3])
    await handling.taken_in(3)

    await patient(handling.connection).delete_stream(handling.durable.stream)
    await streams.apply(handling.connection, streams=[handling.durable.stream], durables=[handling.durable])
    await handling.put(*events)

    await handling.taken_in(6)
    assert await handling.written() == [1, 2, 3, 4, 5, 6]


def _last_of(version: int, tried: Sequence[int]) -> int:
    return len(tried) - 1 - tried[::-1].index(version)


async def test_a_log_that_was_restored_is_taken_in_from_its_first_event(handling: Handling) -> None:
    # given
    lost = run_of(4)
    restored = [*lost[:2], next_event(lost[1].position, days=99)]
    rewound: list[str] = []

    def rewind(connection: Connection, partnership: str) -> None:
        connection.execute(delete(letters).where(letters.c.partnership == partnership))
        rewound.append(partnership)

    await handling.start(rewind=rewind)
    await handling.put(*lost)
    await handling.taken_in(4)

    # when
    await put(handling.connection, handling.durable.stream, restored[:2], LATER_EPOCH)
    await handling.put(lost[3])
    await put(handling.connection, handling.durable.stream, restored[2:], LATER_EPOCH)

    # then
    async def caught_up() -> bool:
        return await handling.position() == Position(3, restored[-1].chain, LATER_EPOCH)

    await until(caught_up)
    assert (await handling.written(), rewound) == ([1, 2, 3], ["LAP"])


@asynccontextmanager
async def handling_at(server: NatsServer, directory: Path) -> AsyncIterator[Handling]:
    """Handlers of a broker of the test's own."""
    database = Database(f"sqlite:///{directory / 'letters.db'}")
    make_tables(database, metadata, *SCHEMAS)
    address = BrokerAddress(server.url)
    connection = await connect(address, "test")
    durable = Durable("PROGRAMME", "mail")
    await streams.apply(connection, streams=["PROGRAMME"], durables=[durable])
    those = Handling(database, connection, durable, address)
    yield those
    await those.stop()
    await connection.close()
    database.close()


async def kill_and_start(server: NatsServer, connection: Client) -> None:
    await asyncio.to_thread(server.kill)
    await until(lambda: not connection.is_connected)
    await asyncio.to_thread(server.start)
    await until(lambda: connection.is_connected)


@pytest.mark.usefixtures("broker_hands_out_once")
async def test_handlers_go_on_when_the_broker_was_killed_and_nobody_is_shown_a_traceback(
    tmp_path: Path, own_nats_server: NatsServer
) -> None:
    # given
    events = run_of(40)
    with logged() as log:
        async with handling_at(own_nats_server, tmp_path) as those:
            await those.start()
            await those.put(*events[:20])
            await those.taken_in(20)

            # when
            await kill_and_start(own_nats_server, those.connection)
            await those.put(*events[20:])

            # then
            await those.taken_in(40)
            await those.everything_answered()
    assert "Traceback" not in log.text


@pytest.mark.usefixtures("broker_hands_out_once")
async def test_what_the_broker_forgot_was_answered_is_answered_again_though_more_has_been_handed_out_since(
    tmp_path: Path, own_nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    events = run_of(400)
    answer = Msg.ack
    lost: list[Msg] = []

    async def lose_the_first(message: Msg) -> None:
        if lost:
            await answer(message)
        else:
            lost.append(message)

    monkeypatch.setattr(Msg, "ack", lose_the_first)
    async with handling_at(own_nats_server, tmp_path) as those:
        await those.start()
        await those.put(*events[:300])
        await those.taken_in(300)
        assert await those.unanswered() > 0

        # when
        await kill_and_start(own_nats_server, those.connection)
        await those.put(*events[300:])

        # then
        await those.taken_in(400)
        await those.everything_answered()
        assert await those.written() == list(range(1, 401))
        assert len(those.seen) == len(set(those.seen)) == 400


async def test_what_handlers_are_handed_is_counted_by_durable_whatever_subject_somebody_invents(
    handling: Handling,
) -> None:
    def counted(status: str) -> float:
        of = {"app_name": "concordat", "broker": "nats", "handler": "mail", "status": status}
        return REGISTRY.get_sample_value("faststream_received_processed_messages_total", of) or 0.0

    before = counted("acked")
    await handling.start()
    await handling.put(*run_of(2))
    await patient(handling.connection).publish(f"{handling.durable.stream.lower()}.INVENTED.subject", b"nonsense")

    await until(lambda: counted("acked") - before == 3)
    assert b"INVENTED" not in generate_latest(REGISTRY)
