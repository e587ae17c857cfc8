"""A database of each kind, and a stream of its own for each test, for the tests of the event plumbing."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator

import pytest
from nats.aio.client import Client

from services.runtime.messaging import streams
from services.runtime.messaging.broker import BrokerAddress, connect
from services.runtime.store.database import Database
from tests.parts.nats import NatsServer, patient

_numbers = itertools.count(1)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database, once for each kind that Concordat runs on."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
async def connection(nats_server: NatsServer) -> AsyncIterator[Client]:
    """A connection to the NATS server that all tests share."""
    opened = await connect(BrokerAddress(nats_server.url), "test")
    yield opened
    await opened.close()


@pytest.fixture
async def stream(connection: Client) -> AsyncIterator[str]:
    """The name of an empty stream that no other test uses."""
    name = f"TEST{next(_numbers)}"
    await streams.apply(connection, streams=[name], durables=[])
    yield name
    await patient(connection).delete_stream(name)
