"""The rows of the delivery queue: what is known of one delivery, and of the notice that it carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Index,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from contracts.events.partnership import Role
from services.notifications.intake.notices import NoticeKind
from services.runtime.store.columns import Instant

metadata = MetaData()
notices_table = Table(
    "notices",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("reference", String(160), primary_key=True),
    Column("about", String(64), nullable=False),
    Column("details", JSON, nullable=False),
    Column("recorded_at", Instant, nullable=False),
)
table = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("partnership", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("reference", String(160), nullable=False),
    Column("person", String(64), nullable=False),
    Column("about", String(64), nullable=False),
    Column("role", String(32)),
    Column("partners", JSON, nullable=False),
    Column("message_id", String(255), nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("since", Instant, nullable=False),  # when it was put into the queue, or a person put it there again
    Column("due_at", Instant),  # none while it waits for the papers it carries
    Column("attempts", Integer, nullable=False),
    Column("fence", BigInteger),  # of the lease under which it is being attempted
    Column("attempted_at", Instant),
    Column("handed_over_at", Instant),
    Column("doubts", Integer, nullable=False),
    Column("finished_at", Instant),
    Column("reason", Text),
    Column("traceparent", String(64)),
    UniqueConstraint("partnership", "kind", "reference", "person", name="deliveries_once_each"),
    Index("deliveries_due", "state", "due_at"),
    Index("deliveries_of_partnership", "partnership", "id"),
)


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    ATTEMPTING = "attempting"
    DEFERRED = "deferred"
    SENT = "sent"
    FAILED = "failed"
    OVERTAKEN = "overtaken"
    OMITTED = "omitted"


PRESUMED = "it is presumed to have been sent before notifications' database was lost; it can be sent again"
"""Why a delivery is omitted of which nobody knows whether it went out."""

QUEUED = (DeliveryState.WAITING, DeliveryState.DEFERRED)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the queue. ``doubts`` counts attempts after which nobody could say whether it had arrived."""

    id: int
    partnership: str
    kind: NoticeKind
    reference: str
    person: str
    about: str
    role: Role | None
    partners: tuple[str, ...]
    message_id: str
    state: DeliveryState
    created_at: datetime
    since: datetime
    due_at: datetime | None
    attempts: int
    fence: int | None
    attempted_at: datetime | None
    handed_over_at: datetime | None
    doubts: int
    finished_at: datetime | None
    reason: str | None
    traceparent: str | None = None

    @property
    def is_presumed_sent(self) -> bool:
        """Whether nobody knows that it went out, and it counts as if it had."""
        return self.state is DeliveryState.OMITTED and self.reason == PRESUMED

    @property
    def may_have_arrived(self) -> bool:
        """Whether the recipient has it, or somebody could think so."""
        return self.state in (DeliveryState.SENT, DeliveryState.ATTEMPTING) or self.is_presumed_sent or self.doubts > 0


def of_row(row: RowMapping | Mapping[str, Any]) -> Delivery:
    """Return the delivery that a row of the table holds."""
    role = Role(row["role"]) if row["role"] else None
    read = {
        "kind": NoticeKind(row["kind"]),
        "state": DeliveryState(row["state"]),
        "role": role,
        "partners": tuple(row["partners"]),
    }
    return Delivery(**{**row, **read})
