"""What an operator is told of blocked partitions: as it is written down, by whichever replica."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from services.runtime.messaging.blocked_partitions import blocked_partitions
from services.runtime.messaging.inbox import positions
from services.runtime.messaging.inbox_batch import Obstacle, gap_behind


@dataclass(frozen=True, slots=True)
class BlockedPartition:
    """One partnership with which one consumer cannot go on.

    ``version`` is that of the event whose turn it is, ``event`` what that says happened, None where it has not come;
    ``waiting`` counts the events behind it that are known of. ``since`` and ``obstacle`` are None where an earlier
    version of the software wrote it down.
    """

    consumer: str
    partnership: str
    since: datetime | None
    version: int
    event: str | None
    obstacle: Obstacle | None
    reason: str
    waiting: int


def blocked(
    connection: Connection, consumers: Collection[str], *, partnership: str | None = None, most: int | None = None
) -> Sequence[BlockedPartition]:
    """Return what is blocked for ``consumers``, by partnership: the first ``most``, or that of one partnership."""
    columns = blocked_partitions.c
    its_position = (positions.c.consumer == columns.consumer) & (positions.c.partnership == columns.partnership)
    found = (
        select(blocked_partitions, positions.c.version.label("reached"))
        .outerjoin(positions, its_position)
        .where(columns.consumer.in_(consumers))
        .order_by(columns.partnership, columns.consumer)
        .limit(most)
    )
    if partnership is not None:
        found = found.where(columns.partnership == partnership)
    return [_told(row) for row in connection.execute(found)]


def number_blocked(connection: Connection, consumers: Collection[str]) -> int:
    """Return how many partnerships are blocked for ``consumers``, once for each of them."""
    its = blocked_partitions.c.consumer.in_(consumers)
    return int(connection.scalar(select(func.count()).select_from(blocked_partitions).where(its)) or 0)


def _told(row: Row[Any]) -> BlockedPartition:
    """Return what a row says, unless the partnership has moved on since: then it is the next event that is missing."""
    turn = (row.reached or 0) + 1
    holds = row.version is None or row.version == turn
    return BlockedPartition(
        consumer=row.consumer,
        partnership=row.partnership,
        since=row.since,
        version=turn,
        event=row.event if holds else None,
        obstacle=(Obstacle(row.obstacle) if row.obstacle else None) if holds else Obstacle.MISSING,
        reason=row.reason if holds else gap_behind(turn - 1),
        waiting=max(0, row.seen - turn),
    )
