"""Questions about the queue, for people and for health: what stands in which state, and how it is going."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, or_, select

from services.notifications.intake.notices import NoticeKind
from services.notifications.queue.delivery import PRESUMED, QUEUED, Delivery, DeliveryState, of_row, table

PAGE = 100
LATELY = timedelta(days=14)
"""What failed within this time is told on Home and in digests; earlier failures stand on the page of e-mails alone."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deliveries of a partnership are asked for.

    ``about`` is a pack, quarter or meeting; ``before`` is the id above the first of the page.
    """

    states: Collection[DeliveryState] = ()
    kind: NoticeKind | None = None
    about: str | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """How the queue stands at an instant: how many wait, since when the oldest has been due, how many have failed.

    ``failed_packs`` are those of the failed ones that carry a board pack.
    """

    waiting: int
    oldest_due: datetime | None
    failed: int
    failed_packs: int


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a pack has got: to how many people it is addressed, and what became of that.

    ``presumed`` may have got it, before a database was lost; ``without_address`` are secretaries for whom the directory
    has none, which is told elsewhere.
    """

    addressed: int
    reached: int
    failed: int
    presumed: int
    without_address: int

    @property
    def under_way(self) -> int:
        """How many are still being tried, or wait."""
        return self.addressed - self.reached - self.failed - self.presumed - self.without_address


def listed(connection: Connection, partnership: str, wanted: Wanted, limit: int = PAGE) -> list[Delivery]:
    """Return deliveries of a partnership, newest first."""
    query = select(table).where(table.c.partnership == partnership).order_by(table.c.id.desc()).limit(limit)
    if wanted.states:
        query = query.where(table.c.state.in_([*wanted.states]))
    if wanted.kind is not None:
        query = query.where(table.c.kind == wanted.kind)
    if wanted.about is not None:
        query = query.where(table.c.about == wanted.about)
    if wanted.before is not None:
        query = query.where(table.c.id < wanted.before)
    return [of_row(row) for row in connection.execute(query).mappings()]


def each(connection: Connection, partnership: str, wanted: Wanted) -> Iterator[Delivery]:
    """Yield the deliveries of a partnership one after another, newest first; they are read as they are asked for."""
    while found := listed(connection, partnership, wanted, _AT_ONCE):
        yield from found
        wanted = replace(wanted, before=found[-1].id)


def counts(
    connection: Connection, partnership: str, kind: NoticeKind | None = None, about: str | None = None
) -> dict[DeliveryState, int]:
    """Return how many deliveries of a partnership (of one kind, about one thing) stand in each state."""
    query = select(table.c.state, func.count()).where(table.c.partnership == partnership).group_by(table.c.state)
    if kind is not None:
        query = query.where(table.c.kind == kind)
    if about is not None:
        query = query.where(table.c.about == about)
    rows = connection.execute(query)
    found = {DeliveryState(state): number for state, number in rows}
    return {state: found.get(state, 0) for state in DeliveryState}


def failed_lately(connection: Connection, partnership: str, now: datetime) -> int:
    """Return how many deliveries of a partnership failed lately, and were not sent again."""
    query = select(func.count()).where(
        table.c.partnership == partnership, table.c.state == DeliveryState.FAILED, table.c.finished_at >= now - LATELY
    )
    return connection.scalar(query) or 0


def reach(connection: Connection, partnership: str, pack: str) -> Reach:
    """Return how far a pack has got."""
    counted = counts(connection, partnership, NoticeKind.PACK, pack)
    its = (table.c.partnership == partnership, table.c.kind == NoticeKind.PACK, table.c.about == pack)
    omitted = (table.c.state == DeliveryState.OMITTED, table.c.reason == PRESUMED)
    presumed = connection.scalar(select(func.count()).where(*its, *omitted)) or 0
    return Reach(
        addressed=sum(counted.values()) - counted[DeliveryState.OVERTAKEN],
        reached=counted[DeliveryState.SENT],
        failed=counted[DeliveryState.FAILED],
        presumed=presumed,
        without_address=counted[DeliveryState.OMITTED] - presumed,
    )


def queue(connection: Connection, now: datetime) -> Queue:
    """Return how the queue of all partnerships stands."""
    queued = table.c.state.in_([*QUEUED, DeliveryState.ATTEMPTING])
    waiting = connection.scalar(select(func.count()).where(queued)) or 0
    oldest = connection.scalar(select(func.min(table.c.since)).where(table.c.state.in_(QUEUED), table.c.due_at <= now))
    failed = select(func.count()).where(table.c.state == DeliveryState.FAILED)
    failed_packs = failed.where(table.c.kind == NoticeKind.PACK)
    return Queue(waiting, oldest, connection.scalar(failed) or 0, connection.scalar(failed_packs) or 0)


def all_tried(connection: Connection, now: datetime) -> bool:
    """Say whether everything that is due has been tried, and nothing is being tried or waits for its papers."""
    due = (table.c.due_at <= now) | table.c.due_at.is_(None)
    untried = or_(table.c.state == DeliveryState.ATTEMPTING, table.c.state.in_(QUEUED) & due)
    return connection.scalar(select(table.c.id).where(untried).limit(1)) is None
