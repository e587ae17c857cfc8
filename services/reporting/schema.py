"""The schema of the reporting database."""

from __future__ import annotations

from pathlib import Path

from services.reporting import announcements, editions, journal, looks, signatures
from services.runtime.messaging import follower
from services.runtime.process import clock_guard
from services.runtime.registers import snapshots
from services.runtime.store import lease
from services.runtime.store.event_store import EventStore
from services.runtime.store.schema import Schema

SCHEMA = Schema(
    "reporting",
    Path(__file__).with_name("migrations"),
    (
        *follower.SCHEMAS,
        lease.metadata,
        clock_guard.metadata,
        EventStore("reporting").metadata,
        journal.metadata,
        snapshots.metadata,
        editions.metadata,
        signatures.metadata,
        announcements.metadata,
        looks.metadata,
    ),
)
