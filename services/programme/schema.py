"""The schema of the programme database."""

from __future__ import annotations

from pathlib import Path

from services.programme.home import last_visits
from services.programme.office import set_up_draft
from services.programme.returns import drafts
from services.programme.returns.my_return import receipts
from services.programme.sheets import kept_uploads
from services.runtime.messaging import consumer
from services.runtime.process import clock_guard
from services.runtime.registers import snapshots
from services.runtime.store import idempotency, lease
from services.runtime.store.event_store import EventStore
from services.runtime.store.schema import Schema

SCHEMA = Schema(
    "programme",
    Path(__file__).with_name("migrations"),
    (
        EventStore("programme").metadata,
        idempotency.metadata,
        lease.metadata,
        clock_guard.metadata,
        drafts.metadata,
        receipts.metadata,
        kept_uploads.metadata,
        last_visits.metadata,
        set_up_draft.metadata,
        snapshots.metadata,
        *consumer.SCHEMAS,
    ),
)
