"""A partnership's log put where a deployment finds it: into programme's database, onto its stream."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nats.aio.client import Client

from contracts.envelope import Recorded
from services.programme.schema import SCHEMA
from services.runtime.base.settings import Settings
from services.runtime.messaging.publisher import WINDOW, Publisher
from services.runtime.messaging.streams import PROGRAMME
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore, Stored
from tests.parts.seals import EPOCH, keyring
from tests.parts.tables import make_schema


def put_into_database(folder: Path, *logs: Sequence[Recorded]) -> None:
    """Make a programme database in ``folder`` that holds these logs, as if they had been decided there."""
    settings = Settings(data_dir=folder)
    database = Database(settings.programme_database_url)
    store = EventStore("programme")
    try:
        make_schema(database, SCHEMA)
        for log in logs:
            database.write_sync(lambda connection, log=log: store.append(connection, log))  # type: ignore[misc]
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
