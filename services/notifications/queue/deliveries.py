"""The delivery queue: one row for each recipient of each notice, and the states that it goes through.

``waiting → attempting → sent``, or from ``attempting`` to ``deferred`` (tried again when its time comes) or ``failed``
(for good, until a person sends it again). An invitation that a newer one replaces before it was sent is ``overtaken``;
what needs no e-mail, or has nobody to go to by arrangement, is ``omitted``.

A row is unique by partnership, kind, reference and person, and has one Message-ID for all its attempts. An attempt is
committed before the mail server is spoken to (``claim``), once more before the server is given the last byte of the
message (``hand_over``), and its outcome after (the functions in ``outcomes``). So after a crash:

- a row that is ``attempting`` and was not handed over has certainly not been delivered, and is sent again;
- one that was handed over is in doubt: SMTP has no way to ask. It is sent again under the same Message-ID, because a
  pack that never arrives is worse than one that arrives twice, and ``doubts`` counts it, so that a person can see it.

The doubt is confined to the moments between the last byte and the commit of the server's answer.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import (
    ColumnElement,
    Connection,
    Update,
    and_,
    not_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from services.notifications.intake.notices import Notice, NoticeKind, Recipient
from services.notifications.queue import work
from services.notifications.queue.delivery import QUEUED, Delivery, DeliveryState, notices_table, of_row, table
from services.runtime.base.telemetry import current_traceparent


def enqueue(
    connection: Connection,
    notice: Notice,
    recipients: Sequence[Recipient],
    *,
    now: datetime,
    due_at: datetime | None,
    mail_domain: str,
    presumed: str | None = None,
) -> None:
    """Put a row for each recipient into the queue, but none that is there already.

    ``presumed`` is why an e-mail is taken to have been sent before; it then waits for a person to send it again.
    """
    if not recipients:
        return
    notice = _of_its_own(connection, notice)
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    identity = {"partnership": notice.partnership, "kind": notice.kind.value, "reference": notice.reference}
    told = {"about": notice.about, "details": notice.details, "recorded_at": notice.recorded_at}
    connection.execute(dialect.insert(notices_table).on_conflict_do_nothing(), identity | told)
    rows: list[dict[str, object]] = [
        {
            **identity,
            "person": each.person,
            "about": notice.about,
            "role": each.role,
            "partners": list(each.partners),
            "message_id": message_id(notice, each.person, mail_domain),
            "state": DeliveryState.WAITING if presumed is None else DeliveryState.OMITTED,
            "created_at": now,
            "since": now,
            "due_at": due_at if presumed is None else None,
            "finished_at": None if presumed is None else now,
            "reason": presumed,
            "attempts": 0,
            "doubts": 0,
            "traceparent": current_traceparent(),
        }
        for each in recipients
    ]
    connection.execute(dialect.insert(table).on_conflict_do_nothing(), rows)
    work.came_up(connection)


def _of_its_own(connection: Connection, notice: Notice) -> Notice:
    """Return a notice of a meeting under a reference that no other notice has.

    After programme was restored from an older copy, a meeting may be changed for the first time a second time.
    """
    while notice.kind is NoticeKind.INVITATION:
        mine = (notices_table.c.partnership == notice.partnership, notices_table.c.kind == notice.kind.value)
        there = select(notices_table.c.details).where(*mine, notices_table.c.reference == notice.reference)
        details = connection.scalar(there)
        if details is None or details == notice.details:
            break
        notice = replace(notice, reference=f"{notice.reference}, again")
    return notice


def sequences_told(connection: Connection, partnership: str) -> dict[str, int]:
    """Return the highest sequence of each meeting of which anybody was told, by the meeting's reference."""
    query = select(notices_table.c.about, notices_table.c.details).where(
        notices_table.c.partnership == partnership,
        notices_table.c.kind.in_([NoticeKind.INVITATION, NoticeKind.INVITATION_WITHDRAWN]),
    )
    told: dict[str, int] = {}
    for meeting, details in connection.execute(query):
        told[meeting] = max(told.get(meeting, 0), int(details["sequence"]))
    return told


def message_id(notice: Notice, person: str, mail_domain: str) -> str:
    """Return the Message-ID that every attempt at this delivery uses: a digest of what makes the row the one it is."""
    identity = json.dumps([notice.partnership, notice.kind, notice.reference, person])
    return f"<{notice.kind}.{sha256(identity.encode()).hexdigest()[:32]}@{mail_domain}>"


def overtake(
    connection: Connection,
    partnership: str,
    kind: NoticeKind,
    about: str,
    now: datetime,
    people: Collection[str] | None = None,
) -> None:
    """Take what is still queued of earlier notices about the same thing out of the queue: everybody's, or some's."""
    queued = update(table).where(
        table.c.partnership == partnership, table.c.kind == kind, table.c.about == about, table.c.state.in_(QUEUED)
    )
    if people is not None:
        queued = queued.where(table.c.person.in_([*people]))
    connection.execute(_over(queued, now, "a later notice took its place"))


def lapse(connection: Connection, partnership: str, kind: NoticeKind, now: datetime) -> None:
    """Take what is still queued of a kind that tells of a day out of the queue: the day is over."""
    queued = update(table).where(table.c.partnership == partnership, table.c.kind == kind, table.c.state.in_(QUEUED))
    connection.execute(_over(queued, now, "the day that it tells of is over"))


def _over(queued: Update, now: datetime, reason: str) -> Update:
    return queued.values(state=DeliveryState.OVERTAKEN, finished_at=now, due_at=None, reason=reason)


def of_notice(connection: Connection, delivery: Delivery) -> list[Delivery]:
    """Return the deliveries of the notice that one carries, by number, but for those that need no e-mail."""
    query = (
        select(table)
        .where(
            table.c.partnership == delivery.partnership,
            table.c.kind == delivery.kind,
            table.c.reference == delivery.reference,
            table.c.state.not_in([DeliveryState.OVERTAKEN, DeliveryState.OMITTED]),
        )
        .order_by(table.c.id)
    )
    return [of_row(row) for row in connection.execute(query).mappings()]


def presume_sent(connection: Connection, before: datetime, reason: str) -> int:
    """Take what was to be tried before an instant out of the queue, as it may have been; return how many that are.

    A person can send it again.
    """
    tried = (table.c.state == DeliveryState.ATTEMPTING) | table.c.due_at.is_(None) | (table.c.due_at <= before)
    presumed = connection.execute(
        update(table)
        .where(table.c.state.in_([*QUEUED, DeliveryState.ATTEMPTING]), tried)
        .values(state=DeliveryState.OMITTED, finished_at=before, due_at=None, reason=reason)
    )
    return presumed.rowcount


def papers_have_come(connection: Connection, partnership: str, pack: str, now: datetime) -> None:
    """Let the deliveries that waited for an edition's files go."""
    connection.execute(
        update(table)
        .where(table.c.partnership == partnership, table.c.kind == NoticeKind.PACK, table.c.about == pack)
        .where(table.c.state == DeliveryState.WAITING, table.c.due_at.is_(None))
        .values(due_at=now)
    )


def claim(connection: Connection, fence: int, now: datetime) -> tuple[Delivery, Notice] | None:
    """Take the delivery that has been due longest and note that it is being attempted; None where none is due.

    Whoever claims holds the lease of that fence and confirms it in the same transaction: so there is one claimant.
    """
    due = (
        select(table.c.id)
        .where(table.c.state.in_(QUEUED), table.c.due_at <= now)
        .order_by(table.c.due_at, table.c.id)
        .limit(1)
        .with_for_update()
    )
    number = connection.scalar(due)
    if number is None:
        return None
    connection.execute(
        update(table)
        .where(table.c.id == number)
        .values(
            state=DeliveryState.ATTEMPTING,
            fence=fence,
            attempts=table.c.attempts + 1,
            attempted_at=now,
            handed_over_at=None,
            due_at=None,
            reason=None,
        )
    )
    delivery = by_id(connection, number)
    assert delivery is not None
    return delivery, notice_of(connection, delivery)


def hand_over(connection: Connection, delivery: Delivery, now: datetime) -> bool:
    """Note that the mail server is about to be given the last byte. False where the attempt is no longer ours."""
    noted = connection.execute(update(table).where(this_attempt(delivery)).values(handed_over_at=now))
    return noted.rowcount == 1


def recover(connection: Connection, fence: int, now: datetime, attempted: Collection[int] = ()) -> int:
    """Put back what was begun and is attempted by nobody; return how many there were.

    Whoever calls holds the lease with ``fence``, so nobody else is attempting anything; ``attempted`` are the numbers
    of what the caller is. The rest was begun by a sender that held the lease before, or claimed by this one in a
    change of which it never heard that it had been stored.
    """
    ours = and_(table.c.fence == fence, table.c.id.in_(attempted))
    left = and_(table.c.state == DeliveryState.ATTEMPTING, not_(ours))
    in_doubt = connection.execute(
        update(table)
        .where(left, table.c.handed_over_at.is_not(None))
        .values(
            state=DeliveryState.DEFERRED,
            due_at=now,
            doubts=table.c.doubts + 1,
            reason="the sender ended before it knew whether this had arrived",
        )
    )
    untold = connection.execute(
        update(table)
        .where(left)
        .values(state=DeliveryState.DEFERRED, due_at=now, reason="the sender ended before it was sent")
    )
    return in_doubt.rowcount + untold.rowcount


def by_id(connection: Connection, number: int, partnership: str | None = None) -> Delivery | None:
    """Return one delivery, None where there is none of this number (in this partnership)."""
    query = select(table).where(table.c.id == number)
    if partnership is not None:
        query = query.where(table.c.partnership == partnership)
    row = connection.execute(query).mappings().first()
    return None if row is None else of_row(row)


def notice_of(connection: Connection, delivery: Delivery) -> Notice:
    """Return the notice that a delivery carries."""
    row = (
        connection.execute(
            select(notices_table).where(
                notices_table.c.partnership == delivery.partnership,
                notices_table.c.kind == delivery.kind,
                notices_table.c.reference == delivery.reference,
            )
        )
        .mappings()
        .one()
    )
    return Notice(**{**row, "kind": NoticeKind(row["kind"])})


def this_attempt(delivery: Delivery) -> ColumnElement[bool]:
    """Return the condition that a row is still in the very attempt that ``delivery`` was claimed for."""
    return and_(
        table.c.id == delivery.id,
        table.c.state == DeliveryState.ATTEMPTING,
        table.c.fence == delivery.fence,
        table.c.attempts == delivery.attempts,
    )
