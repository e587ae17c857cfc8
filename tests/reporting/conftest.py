"""A database of each kind with reporting's tables, and a stage for whole services."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from services.reporting.schema import SCHEMA
from services.runtime.store.database import Database
from tests.parts.nats import NatsServer
from tests.parts.tables import make_schema
from tests.reporting.stage import Stage, stage


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database of reporting's own, once for each kind that Concordat runs on."""
    opened = Database(database_url)
    make_schema(opened, SCHEMA)
    yield opened
    opened.close()


@pytest.fixture
async def set_stage(own_nats_server: NatsServer, database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage with a broker and a database of its own."""
    async with stage(own_nats_server.url, database_url, tmp_path) as ready:
        yield ready
