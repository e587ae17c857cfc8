"""A log, what is appended to it, and waiting until all of it is relayed."""

from __future__ import annotations

from contracts.envelope import Recorded
from services.runtime.messaging.relay import Relay
from services.runtime.store import lease
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore
from tests.parts.tables import make_tables
from tests.parts.waiting import until


def log_of(database: Database, stream: str) -> EventStore:
    """Return the log that goes to a stream; its tables exist, and those of leases."""
    store = EventStore(stream.lower())
    make_tables(database, store.metadata, lease.metadata)
    return store


async def append(database: Database, log: EventStore, events: list[Recorded], **settings: str) -> None:
    await database.write(lambda connection: log.append(connection, events, **settings))


async def everything_relayed(relay: Relay) -> None:
    async def nothing_waits() -> bool:
        return await relay.waiting() == 0

    await until(nothing_waits)
