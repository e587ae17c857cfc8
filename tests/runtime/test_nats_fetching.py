"""The pull loop of the handlers goes on through every trouble of the broker, and frightens nobody with a traceback."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import nats.errors
import nats.js.errors
import pytest
from nats.js import JetStreamContext
from sqlalchemy import Connection

from contracts.envelope import Recorded
from services.runtime.messaging import streams
from services.runtime.messaging.broker import BrokerAddress, connect, faststream_broker
from services.runtime.messaging.handlers import SCHEMAS, Handler
from services.runtime.messaging.nats_fetching import steady
from services.runtime.messaging.streams import Durable
from services.runtime.store.database import Database
from tests.parts.nats import NatsServer
from tests.parts.seals import keyring
from tests.parts.tables import make_tables
from tests.parts.waiting import until
from tests.runtime.ledger import run_of
from tests.runtime.logged import logged
from tests.runtime.stream_contents import put

TROUBLES = (
    TimeoutError(),
    nats.js.errors.APIError(code=409, description="Server Shutdown"),
    nats.errors.OutboundBufferLimitError(),
    ConnectionResetError("the transport is closed"),
)


@pytest.mark.parametrize("trouble", TROUBLES, ids=repr)
async def test_a_trouble_of_the_broker_is_told_as_nothing_fetched(trouble: Exception) -> None:
    async def fetch() -> list[object]:
        raise trouble

    with pytest.raises(nats.errors.TimeoutError):
        await steady(fetch)()


async def test_a_mistake_of_ours_stays_what_it_is() -> None:
    async def fetch() -> list[object]:
        raise ValueError("nats: invalid batch size")

    with pytest.raises(ValueError, match="batch size"):
        await steady(fetch)()


async def test_handlers_take_in_what_comes_after_a_trouble_and_nobody_is_asked_to_open_an_issue(
    database: Database, own_nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given: handlers at work, whose fetches fail in one way after another, the first of them on a busy machine
    address = BrokerAddress(own_nats_server.url)
    connection = await connect(address, "test")
    durable = Durable("PROGRAMME", "fetching")
    await streams.apply(connection, streams=["PROGRAMME"], durables=[durable])
    make_tables(database, *SCHEMAS)
    taken: list[int] = []

    def on(_connection: Connection, events: Sequence[Recorded]) -> None:
        taken.extend(event.version for event in events)

    troubles = list(TROUBLES)
    fetch = JetStreamContext.PullSubscription._fetch_n

    async def troubled(self: JetStreamContext.PullSubscription, *arguments: object) -> list[object]:
        if troubles:
            raise troubles.pop(0)
        return await fetch(self, *arguments)

    monkeypatch.setattr(JetStreamContext.PullSubscription, "_fetch_n", troubled)
    with logged() as log:
        broker = faststream_broker(address, "test")
        handler = Handler(database, connection, keyring("PROGRAMME"), durable, on)
        await handler.start(broker)
        await broker.start()

        # when: those are over, and the broker itself ends and comes back
        await put(connection, "PROGRAMME", run_of(2))
        await until(lambda: taken == [1, 2])
        await asyncio.to_thread(own_nats_server.kill)
        await asyncio.to_thread(own_nats_server.start)
        await until(lambda: connection.is_connected)
        await put(connection, "PROGRAMME", run_of(3)[2:])
        await until(lambda: taken == [1, 2, 3])

        await broker.stop()
        await handler.stop()
        await connection.close()

    # then
    assert not troubles
    assert "raised an exception" not in log.text
    assert "Traceback" not in log.text
