"""The schema of the notifications database."""

from __future__ import annotations

from pathlib import Path

from services.notifications import pack_files, presumption
from services.notifications.digest import made
from services.notifications.intake import deferred_announcements, known_people, read_model
from services.notifications.queue import delivery
from services.runtime.messaging import consumer
from services.runtime.store import lease
from services.runtime.store.schema import Schema

SCHEMA = Schema(
    "notifications",
    Path(__file__).with_name("migrations"),
    (
        *(delivery.metadata, deferred_announcements.metadata, read_model.metadata, known_people.metadata),
        *(pack_files.metadata, lease.metadata),
        made.metadata,
        presumption.metadata,
        *consumer.SCHEMAS,
    ),
)
