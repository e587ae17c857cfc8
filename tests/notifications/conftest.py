"""The service's database of each kind, and a whole deployment around the service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from services.notifications.schema import SCHEMA
from services.runtime.store.database import Database
from tests.notifications.deployment import Deployment
from tests.parts.nats import NatsServer
from tests.parts.smtp import SmtpServer
from tests.parts.tables import make_schema


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The service's database, empty, once for each kind that Concordat runs on."""
    opened = Database(database_url)
    make_schema(opened, SCHEMA)
    yield opened
    opened.close()


@pytest.fixture
async def deployment(
    own_nats_server: NatsServer, smtp_server: SmtpServer, tmp_path: Path, database_url: str
) -> AsyncIterator[Deployment]:
    """The surroundings of the service, up, with no event yet."""
    async with Deployment(own_nats_server, smtp_server, tmp_path, database_url).running() as running:
        yield running
