"""The embedded broker: nobody gets in without a key, and each service can do what it needs and no more."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.errors import Error
from nats.js.api import ConsumerConfig, StreamConfig

from contracts.envelope import Position
from services.runtime.messaging import streams
from services.runtime.messaging.broker import BrokerAddress, ConnectionWatch, NotLetIn, connect
from services.runtime.messaging.broker_rights import OPERATOR, RIGHTS
from services.runtime.messaging.consumer import SCHEMAS
from services.runtime.messaging.gap_fill import find_following
from services.runtime.messaging.handler_broker import faststream_broker
from services.runtime.messaging.handlers import Handler
from services.runtime.messaging.streams import DURABLES, PROGRAMME, REPORTING
from services.runtime.process.embedded_nats import OPERATOR_FILE, EmbeddedNats
from services.runtime.store.database import Database
from tests.parts.nats import patient
from tests.parts.seals import keyring, sealed
from tests.parts.tables import make_tables
from tests.parts.waiting import STILL_SECONDS, until
from tests.runtime.ledger import run_of

SERVICES = [identity for identity in RIGHTS if identity != OPERATOR]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedNats]:
    running = EmbeddedNats(tmp_path / "nats")
    await running.start()
    operator = await connect(running.access(OPERATOR), "test")
    await streams.apply(operator)
    await patient(operator).publish("programme.LAP.x", b"something to delete")
    await operator.close()
    yield running
    await running.stop()


class Watched:
    """A connection as a service, and what the server said against it."""

    def __init__(self, client: Client, said: list[str]) -> None:
        self.client, self.said = client, said

    async def refused(self, subject: str) -> bool:
        """Say whether a message cannot be published there."""
        self.said.clear()
        await self.client.publish(subject, b"{}")
        await self.answered()
        return any("permissions violation for publish" in each.lower() for each in self.said)

    async def answered(self) -> None:
        """Wait until the server has answered what was sent. A ping may overtake what was sent before it: so, twice."""
        await self.client.flush(timeout=STILL_SECONDS)
        await self.client.flush(timeout=STILL_SECONDS)


async def as_service(server: EmbeddedNats, identity: str) -> Watched:
    address = server.access(identity)
    said: list[str] = []

    async def told(error: Exception) -> None:
        said.append(str(error))

    return Watched(
        await nats.connect(address.url, **{**address.options(ConnectionWatch("test")), "error_cb": told}), said
    )


async def test_nobody_gets_in_without_a_key(server: EmbeddedNats) -> None:
    for somebody in (BrokerAddress(server.url), BrokerAddress(server.url, "operator", "operator")):
        with pytest.raises(NotLetIn, match="does not let Concordat in"):
            await connect(somebody, "test")


async def test_the_keys_are_others_at_each_start(tmp_path: Path) -> None:
    earlier = EmbeddedNats(tmp_path / "nats")
    await earlier.start()
    remembered = earlier.access(OPERATOR).seed
    await earlier.stop()
    later = EmbeddedNats(tmp_path / "nats")
    url = await later.start()
    try:
        with pytest.raises(NotLetIn, match="does not let Concordat in"):
            await connect(BrokerAddress(url, seed=remembered), "test")
    finally:
        await later.stop()


async def test_what_lies_on_the_disk_is_for_its_owner_alone_and_holds_no_key_but_the_operators(
    server: EmbeddedNats, tmp_path: Path
) -> None:
    folder = tmp_path / "nats"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in (OPERATOR_FILE, "nats-server.conf"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600, name
    operator = json.loads((folder / OPERATOR_FILE).read_text())
    assert operator == {"url": server.url, "seed": server.access(OPERATOR).seed}
    for identity in SERVICES:
        seed = server.access(identity).seed
        assert seed is not None
        assert all(seed not in path.read_text(errors="replace") for path in folder.glob("*") if path.is_file())


async def test_no_other_port_is_open(server: EmbeddedNats, tmp_path: Path) -> None:
    [ports] = (tmp_path / "nats").glob("*.ports")
    assert {kind: urls for kind, urls in json.loads(ports.read_text()).items() if urls} == {"nats": [server.url]}


@pytest.mark.parametrize("identity", SERVICES)
async def test_a_service_publishes_its_own_log_alone(server: EmbeddedNats, identity: str) -> None:
    watched = await as_service(server, identity)
    for stream in ("programme", "reporting"):
        assert await watched.refused(f"{stream}.LAP.pack-issued") is (stream != identity)
    for subject in ("nudge.programme", "nudge.reporting"):
        assert await watched.refused(subject) is (subject != f"nudge.{identity}")
    assert await watched.refused("anything.else")
    await watched.client.close()


@pytest.mark.parametrize("identity", SERVICES)
async def test_a_service_changes_no_stream_and_no_durable(server: EmbeddedNats, identity: str) -> None:
    watched = await as_service(server, identity)
    manager = watched.client.jetstream(timeout=0.3)
    changes = (
        manager.purge_stream(PROGRAMME),
        manager.delete_stream(REPORTING),
        manager.delete_msg(PROGRAMME, 1),
        manager.update_stream(StreamConfig(PROGRAMME, subjects=["programme.>"], max_msgs=1)),
        manager.add_stream(StreamConfig("OTHER", subjects=["other.>"])),
        *(manager.delete_consumer(*_of(durable)) for durable in DURABLES),
        manager.add_consumer(PROGRAMME, ConsumerConfig(durable_name="mine")),
        manager.add_consumer(PROGRAMME, ConsumerConfig(name="mine", filter_subject="programme.>")),
    )
    asked = [asyncio.ensure_future(change) for change in changes]
    await until(lambda: len([each for each in watched.said if "permissions violation" in each.lower()]) == len(asked))
    for each in asked:
        each.cancel()  # the broker answers nothing to what it does not let through
    came_of_it = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(each, Error | TimeoutError | asyncio.CancelledError) for each in came_of_it), came_of_it
    await watched.client.close()


@pytest.mark.parametrize("identity", SERVICES)
async def test_a_service_hears_no_other_ones_answers(server: EmbeddedNats, identity: str) -> None:
    watched = await as_service(server, identity)
    for subject in ("_INBOX.>", "_INBOX.operator.>", ">", "programme.>", "$JS.>", "$SYS.>"):
        watched.said.clear()
        await watched.client.subscribe(subject)
        await watched.answered()
        assert any("permissions violation for subscription" in each.lower() for each in watched.said), subject
    await watched.client.close()


@pytest.mark.parametrize("durable", DURABLES, ids=lambda durable: durable.name)
async def test_a_service_may_do_all_that_taking_in_needs(
    server: EmbeddedNats, durable: streams.Durable, tmp_path: Path
) -> None:
    identity = durable.name.partition("-")[0]
    operator = await connect(server.access(OPERATOR), "test")
    for event in run_of(3):
        subject = f"{durable.stream.lower()}.LAP.capacity-released"
        await patient(operator).publish(subject, sealed(durable.stream, event))
    watched = await as_service(server, identity)
    taken: list[str] = []
    database = Database(f"sqlite:///{tmp_path / 'taken.db'}")
    make_tables(database, *SCHEMAS)
    handler = Handler(
        database,
        watched.client,
        keyring(durable.stream),
        durable,
        lambda _, events: taken.extend(event.id for event in events),
    )
    address = server.access(identity)
    broker = faststream_broker(address, "test", logger=None)
    await handler.start(broker)
    await broker.start()

    async def all_answered() -> bool:
        info = await operator.jsm().consumer_info(*_of(durable))
        return not info.num_pending and not info.num_ack_pending

    await until(all_answered)

    assert len(taken) == 3
    assert watched.said == []
    await broker.stop()
    await handler.stop()
    await watched.client.close()
    await operator.close()
    database.close()


async def test_a_gap_is_searched_for_with_a_services_own_rights(server: EmbeddedNats) -> None:
    operator = await connect(server.access(OPERATOR), "test")
    events = run_of(3)
    for event in events:
        await patient(operator).publish("programme.LAP.capacity-released", sealed(PROGRAMME, event))
    for identity in ("reporting", "notifications"):
        watched = await as_service(server, identity)
        found = await find_following(watched.client, keyring(PROGRAMME), "LAP", Position())
        assert [event.id for event in found] == [event.id for event in events]
        assert watched.said == []
        await watched.client.close()
    await operator.close()


def _of(durable: streams.Durable) -> tuple[str, str]:
    return durable.stream, durable.name
