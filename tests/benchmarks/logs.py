"""A partnership's log put where a deployment finds it: into programme's database, onto its stream."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nats.aio.client import Client
from sqlalchemy import insert

from contracts.envelope import Recorded
from services.programme.partnership.decide import secretary_of
from services.programme.schema import SCHEMA
from services.runtime.access.sessions.api_token import id_of
from services.runtime.access.sessions.reader import SCHEMA as ACCESS
from services.runtime.access.sessions.system_token import SYSTEMS
from services.runtime.base.settings import Settings
from services.runtime.messaging.publisher import WINDOW, Publisher
from services.runtime.messaging.streams import PROGRAMME
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore, Stored
from tests.benchmarks.children import token_of
from tests.parts.seals import EPOCH, keyring
from tests.parts.tables import make_schema


def put_into_database(folder: Path, *logs: Sequence[Recorded]) -> None:
    """Make a programme database in ``folder`` that holds these logs, as if they had been decided there.

    In that of access each partnership has a system that may write: it asks with ``children.token_of``.
    """
    settings = Settings(data_dir=folder)
    database = Database(settings.programme_database_url)
    store = EventStore("programme")
    try:
        make_schema(database, SCHEMA)
        for log in logs:
            database.write_sync(lambda connection, log=log: store.append(connection, log))  # type: ignore[misc]
    finally:
        database.close()
    give_systems(settings, [log[0].partnership for log in logs])


def give_systems(settings: Settings, partnerships: Sequence[str]) -> None:
    """Give each partnership a system that may write."""
    database = Database(settings.access_database_url)
    now = datetime.now(UTC)
    rows = [
        {
            "id": id_of(token_of(partnership)),
            "partnership": partnership,
            "name": "The bench",
            "may_write": True,
            "made_by": secretary_of(partnership),
            "by_operator": True,
            "made_at": now,
            "ends_at": now + timedelta(days=1),
        }
        for partnership in partnerships
    ]
    try:
        make_schema(database, ACCESS)
        database.write_sync(lambda connection: connection.execute(insert(SYSTEMS), rows))
    finally:
        database.close()


async def put_onto_stream(connection: Client, *logs: Sequence[Recorded]) -> None:
    """Publish these logs, as programme's relay would. The streams are declared."""
    publisher = Publisher(connection, keyring(PROGRAMME), lambda _event: None)
    for log in logs:
        stored = [Stored(event.partnership, event.version, event.body, event.chain, None) for event in log]
        for first in range(0, len(stored), WINDOW):
            await publisher.send(stored[first : first + WINDOW], EPOCH)
            await publisher.settled()
