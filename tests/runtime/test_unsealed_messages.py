"""What no service sealed is put aside, is seen, and blocks nobody, whatever it says and whoever it claims to be."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from nats.aio.client import Client
from sqlalchemy import func, select

from services.runtime.messaging import dead_letters, streams, unsealed_messages
from services.runtime.messaging.broker import BrokerAddress, connect
from services.runtime.messaging.follower import SCHEMAS
from services.runtime.messaging.gap_fill import find_following
from services.runtime.messaging.streams import Durable
from services.runtime.store.database import Database
from tests.parts.nats import NatsServer
from tests.parts.seals import arrived, keyring
from tests.parts.tables import make_tables
from tests.parts.waiting import caught_up, until
from tests.runtime.forgeries import Attacker, forged
from tests.runtime.ledger import run_of
from tests.runtime.stream_contents import put
from tests.runtime.test_follower import Following
from tests.runtime.test_follower import metadata as ledger
from tests.runtime.test_handlers import Handling
from tests.runtime.test_handlers import metadata as letters


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'taken.db'}")
    yield opened
    opened.close()


@pytest.fixture
def attacker(nats_server: NatsServer) -> Iterator[Attacker]:
    one = Attacker(nats_server.url)
    yield one
    one.close()


async def attack(attacker: Attacker, connection: Client, stream: str) -> int:
    """Put forgeries before, between and behind genuine events; return how many messages those were."""
    events = run_of(3)
    sent = 0
    for event in events:
        for forgery in forged(stream, event):
            attacker.publish(*forgery)
            sent += 1
        assert await asyncio.to_thread(attacker.answers) == []
        await put(connection, stream, [event])
    for forgery in forged(stream, events[-1]):
        attacker.publish(*forgery)
        sent += 1
    await asyncio.to_thread(attacker.answers)
    return sent


async def test_a_follower_takes_in_what_is_genuine_and_passes_over_all_else(
    database: Database, connection: Client, stream: str, attacker: Attacker
) -> None:
    make_tables(database, ledger, *SCHEMAS)
    following = Following(database, connection, stream)
    follower = await following.start()
    try:
        sent = await attack(attacker, connection, stream)
        await caught_up(follower, "LAP", 3)
        await until(lambda: follower.lag() == 0)
        assert following.seen == arrived(run_of(3))
        assert follower.blocked == {}
        await until(lambda: follower.problem is None)
        kept = await database.read(lambda connection: dead_letters.number_unsealed(connection, "reporting"))
        assert 40 < kept <= sent
    finally:
        await following.stop()


async def test_a_follower_that_starts_anew_is_not_held_up_by_what_it_read_last(
    sqlite: Database, connection: Client, stream: str, attacker: Attacker
) -> None:
    make_tables(sqlite, ledger, *SCHEMAS)
    following = Following(sqlite, connection, stream)
    for start, (event, *_) in enumerate(([event] for event in run_of(3)), start=1):
        for forgery in list(forged(stream, event))[-8:]:
            attacker.publish(*forgery)
            await asyncio.to_thread(attacker.answers)
            follower = await following.start()
            await until(lambda follower=follower: follower.lag() == 0 and follower.read_upto > 0)
            await following.stop()
        await put(connection, stream, [event])
        follower = await following.start()
        await caught_up(follower, "LAP", start)
        await following.stop()


async def test_handlers_take_in_what_is_genuine_and_answer_all_else(
    database: Database, connection: Client, stream: str, attacker: Attacker, nats_server: NatsServer
) -> None:
    durable = Durable(stream, "mail")
    await streams.apply(connection, streams=[stream], durables=[durable])
    make_tables(database, letters, *SCHEMAS)
    handling = Handling(database, connection, durable, BrokerAddress(nats_server.url))
    handler = await handling.start()
    try:
        await attack(attacker, connection, stream)
        await handling.taken_in(3)
        await handling.everything_answered()
        assert await handling.written() == [1, 2, 3]
        assert handler.blocked == {}
        assert 40 < len(await handling.dead()) <= unsealed_messages.KEPT
    finally:
        await handling.stop()


async def test_a_search_for_missing_events_finds_the_genuine_ones_alone(
    connection: Client, stream: str, attacker: Attacker
) -> None:
    await attack(attacker, connection, stream)
    found = await find_following(connection, keyring(stream), "LAP", run_of(1)[0].position)
    assert found == arrived(run_of(3))[1:]


async def test_a_flood_is_counted_and_fills_no_disk(
    sqlite: Database, connection: Client, stream: str, attacker: Attacker
) -> None:
    make_tables(sqlite, ledger, *SCHEMAS)
    following = Following(sqlite, connection, stream)
    follower = await following.start()
    flood = 3 * unsealed_messages.KEPT
    try:
        for number in range(flood):
            attacker.publish(f"{stream.lower()}.LAP.x".encode(), b"", b"%d " % number + b"x" * 20_000)
        await asyncio.to_thread(attacker.answers)
        await put(connection, stream, run_of(1))
        await caught_up(follower, "LAP", 1)
    finally:
        await following.stop()
    letters = dead_letters.dead_letters.c
    kept, largest = await sqlite.read(
        lambda connection: connection.execute(select(func.count(), func.max(func.length(letters.wire)))).one()
    )
    assert (kept, largest <= 16 * 1024) == (unsealed_messages.KEPT, True)
    found = await unsealed_messages.unsealed_messages_check(sqlite, ["reporting"]).probe()
    assert found.ok
    assert int(found.message.split()[0]) >= flood


async def test_the_connection_of_a_service_outlives_what_others_send(
    connection: Client, stream: str, attacker: Attacker, nats_server: NatsServer
) -> None:
    own = await connect(BrokerAddress(nats_server.url), "test")
    heard: list[bytes] = []

    async def hear(message: object) -> None:
        heard.append(b"")

    await own.subscribe(f"{stream.lower()}.>", cb=hear)
    await own.flush()
    sent = await attack(attacker, connection, stream)
    await until(lambda: len(heard) >= sent)
    assert own.stats["reconnects"] == 0
    await own.close()
