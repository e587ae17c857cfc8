"""A relay whose broker does not answer, and the replica that stands by."""

from __future__ import annotations

import pytest
from nats.aio.client import Client

from services.runtime.messaging import publisher
from services.runtime.messaging import relay as relaying
from services.runtime.messaging.broker import BrokerAddress, connect
from services.runtime.messaging.relay import Relay
from services.runtime.store.database import Database
from tests.faults.proxy import Proxy
from tests.parts.nats import NatsServer
from tests.parts.seals import keyring
from tests.parts.waiting import until
from tests.runtime.ledger import run_of
from tests.runtime.relaying import append, everything_relayed, log_of
from tests.runtime.stream_contents import events_in


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "_ACKNOWLEDGE_SECONDS", 0.3)
    monkeypatch.setattr(relaying, "_RENEW_SECONDS", 0.1)


async def test_a_replica_that_the_broker_does_not_answer_gives_way_to_one_that_it_answers(
    database: Database, connection: Client, stream: str, nats_server: NatsServer
) -> None:
    """Its database is there, so that it could renew its lease for ever."""
    log = log_of(database, stream)
    events = run_of(2, stream=stream.lower())
    with Proxy(nats_server.port) as network:
        parted = await connect(BrokerAddress(network.url), "parted")
        cut_off, standby = (
            Relay(database, log, each, keyring(stream), poll_seconds=0.1) for each in (parted, connection)
        )
        await cut_off.start()
        await until(lambda: cut_off.active)
        await standby.start()

        network.black_hole()
        await append(database, log, events)
        await everything_relayed(standby)

        await until(lambda: (cut_off.active, standby.active) == (False, True))
        assert await events_in(connection, stream) == events
        network.heal()
        await cut_off.stop()
        await standby.stop()
        await parted.close()


async def test_a_relay_that_nobody_stands_in_for_goes_on_once_the_broker_answers(
    database: Database, connection: Client, stream: str, nats_server: NatsServer
) -> None:
    log = log_of(database, stream)
    events = run_of(3, stream=stream.lower())
    with Proxy(nats_server.port) as network:
        parted = await connect(BrokerAddress(network.url), "parted")
        alone = Relay(database, log, parted, keyring(stream), poll_seconds=0.1)
        await alone.start()
        await append(database, log, events[:1])
        await everything_relayed(alone)

        network.black_hole()
        await append(database, log, events[1:])
        await until(lambda: not alone.active)
        network.heal()
        await everything_relayed(alone)

        assert await events_in(connection, stream) == events
        await alone.stop()
        await parted.close()
