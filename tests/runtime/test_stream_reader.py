"""A reading ends when the broker has gone silent, and not when it was this process that heard nothing."""

from __future__ import annotations

import time
from typing import Never

import pytest
from nats.aio.client import Client

from services.runtime.messaging import stream_reader, streams
from services.runtime.messaging.broker import BrokerAddress, connect
from services.runtime.messaging.stream_reader import ReadingLost, StreamReader
from services.runtime.messaging.streams import PROGRAMME, subjects_of
from tests.parts.nats import NatsServer
from tests.parts.waiting import until
from tests.runtime.ledger import run_of
from tests.runtime.stream_contents import put

SILENCE_SECONDS = 0.3


@pytest.fixture(autouse=True)
def _is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_reader, "_SILENCE_SECONDS", SILENCE_SECONDS)


async def read_on(reader: StreamReader) -> Never:
    while True:
        await reader.batch(10)


async def test_a_process_that_stood_still_does_not_take_the_broker_for_silent(connection: Client, stream: str) -> None:
    async with StreamReader(connection, stream, [subjects_of(stream)]) as reader:
        await put(connection, stream, run_of(1))
        await until(lambda: reader.waiting == 1)
        time.sleep(2 * SILENCE_SECONDS)  # noqa: ASYNC251 - that is the point
        [message] = await reader.batch(10)
    assert message.sequence == 1


async def test_a_broker_that_has_gone_silent_is_noticed(own_nats_server: NatsServer) -> None:
    connection = await connect(BrokerAddress(own_nats_server.url), "test")
    await streams.apply(connection, durables=[])
    async with StreamReader(connection, PROGRAMME, [subjects_of(PROGRAMME)]) as reader:
        own_nats_server.pause()
        with pytest.raises(ReadingLost, match="gone silent"):
            await read_on(reader)
        own_nats_server.resume()
    await connection.close()
