"""What reporting has announced on its own stream, each thing once: breaches that arose or ended, returns that are due.

A row says that a duty has been done; it stands in the transaction of the events that the duty led to, so of several
replicas one announces and the others find it done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, MetaData, String, Table, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from contracts.envelope import Cause, Recorded, event_id, seal
from contracts.events import Fact
from contracts.events.reporting import BreachArisen, BreachEnded, ReturnDue, ReturnOverdue
from domain.calendar import Calendar
from domain.figures.breaches import Breach
from domain.figures.timetable import Done, Duty, DutyKind, missing_returns
from domain.register import Register
from domain.register.board import MeetingState
from services.runtime.store import write_guard
from services.runtime.store.columns import Instant
from services.runtime.store.event_store import EventStore
from services.runtime.store.write_guard import WriteGuard

ACTOR = "system"
STREAM = "reporting"

metadata = MetaData()
_announcements = Table(
    "announcements",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("reference_instant", Instant, nullable=False),
)
_breaches = Table(
    "announced_breaches",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("commitment", String(64), primary_key=True),
    Column("partner", String(64), primary_key=True),
    Column("meeting", String(64), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Basis:
    """What an announcement rests on: the live register's last version and calendar, and the trace it belongs to."""

    partnership: str
    version: int
    calendar: Calendar
    traceparent: str | None = None


OfCommitment = tuple[str, str]
"""A commitment's reference and a partner's code."""


class AlreadyDone(Exception):
    """The duty has been done before, perhaps by another replica a moment ago."""


# -- what there is to say: pure functions ---------------------------------------------------------------------------


def breach_facts(
    announced: Mapping[OfCommitment, str], standing: Sequence[Breach], meeting: str, cancelled: Collection[str]
) -> list[Fact]:
    """Return what has changed at the cut-off of ``meeting``: breaches that arose, then those that ended.

    ``announced`` holds the meeting for which each was announced. One that was announced for a meeting which was then
    cancelled is announced again: nobody has dealt with it.
    """
    dealt_with = {key for key, of in announced.items() if of not in cancelled}
    arisen = [
        BreachArisen(meeting=meeting, commitment=each.commitment, partner=each.partner, periods=each.periods)
        for each in standing
        if (each.commitment, each.partner) not in dealt_with
    ]
    still = {(each.commitment, each.partner) for each in standing}
    ended = [
        BreachEnded(meeting=meeting, commitment=commitment, partner=partner)
        for commitment, partner in sorted(announced.keys() - still)
    ]
    return [*arisen, *ended]


def cancelled_meetings(register: Register) -> frozenset[str]:
    """Return the references of the meetings that were cancelled."""
    return frozenset(each.reference for each in register.meetings.values() if each.state is MeetingState.CANCELLED)


def return_facts(register: Register, duty: Duty, now: datetime) -> list[Fact]:
    """Return the reminder that ``duty`` asks for; nothing where every return is in, but for partners that left."""
    assert duty.quarter is not None
    today = register.calendar.local_date(now)
    owing = missing_returns(register, duty.quarter)
    missing = tuple(code for code in owing if not register.partners[code].has_left_by(today))
    if not missing:
        return []
    deadline = duty.reference_instant
    if duty.kind is DutyKind.TELL_OVERDUE:
        return [ReturnOverdue(quarter=duty.quarter.label, deadline=deadline, missing=missing, due_at=duty.due_at)]
    calendar = register.calendar
    days_before = (calendar.local_date(deadline) - calendar.local_date(now)).days
    return [
        ReturnDue(
            quarter=duty.quarter.label,
            deadline=deadline,
            days_before=days_before,
            missing=missing,
            due_at=duty.due_at,
        )
    ]


# -- what has been said: the database -------------------------------------------------------------------------------


class Announcements:
    """Reporting's own log, and which duties it answers."""

    def __init__(self, store: EventStore, blockage: WriteGuard = write_guard.nothing) -> None:
        self._store = store
        self.blockage = blockage

    def done(self, connection: Connection, partnership: str, taken_in: Mapping[str, datetime]) -> Done:
        """Return what has been done for a partnership, given up to when the editions of each meeting have told."""
        columns = _announcements.c
        of = columns.partnership == partnership
        looked_at = connection.scalar(
            select(func.max(columns.reference_instant)).where(of, columns.kind == DutyKind.LOOK_FOR_BREACHES)
        )
        reminded = connection.execute(
            select(columns.kind, columns.key).where(of, columns.kind != DutyKind.LOOK_FOR_BREACHES)
        )
        reminders = frozenset((DutyKind(kind), key) for kind, key in reminded)
        return Done(frozenset(taken_in), looked_at, reminders, taken_in)

    def breaches(self, connection: Connection, partnership: str) -> dict[OfCommitment, str]:
        """Return the breaches that have been announced and have not ended, with the meeting of the announcement."""
        columns = _breaches.c
        rows = connection.execute(
            select(columns.commitment, columns.partner, columns.meeting).where(columns.partnership == partnership)
        )
        return {(commitment, partner): meeting for commitment, partner, meeting in rows}

    def settle(self, connection: Connection, partnership: str, duty: Duty) -> None:
        """Note that ``duty`` is done. Raises AlreadyDone; the transaction is then good for nothing else."""
        row = {
            "partnership": partnership,
            "kind": duty.kind.value,
            "key": duty.key,
            "reference_instant": duty.reference_instant,
        }
        try:
            connection.execute(insert(_announcements), row)
        except IntegrityError as error:
            raise AlreadyDone(f"{duty.kind} {duty.key} of {partnership} has been done") from error

    def record(
        self, connection: Connection, basis: Basis, facts: Iterable[Fact], now: datetime, correlation: str
    ) -> list[Recorded]:
        """Append ``facts`` to reporting's log as recorded at ``now``, never before the event before them.

        Raises VersionConflict where another replica appended in the meantime, WritesBlocked where nothing may be
        announced.
        """
        write_guard.check(self.blockage, basis.partnership)
        partnership = basis.partnership
        recorded_at = max(now, self._store.last_recorded_at(connection, partnership) or now)
        cause = Cause(ACTOR, correlation, event_id("programme", partnership, basis.version))
        position = self._store.position(connection, partnership)
        events: list[Recorded] = []
        for fact in facts:
            event = seal(
                STREAM,
                partnership,
                position,
                fact,
                recorded_at=recorded_at,
                effective_on=basis.calendar.local_date(recorded_at),
                cause=cause,
            )
            events.append(event)
            position = event.position
        self._store.append(connection, events, basis.traceparent)
        _keep_breaches(connection, partnership, events)
        return events


def _keep_breaches(connection: Connection, partnership: str, events: Iterable[Recorded]) -> None:
    columns = _breaches.c
    for fact in (event.fact for event in events):
        if isinstance(fact, (BreachArisen, BreachEnded)):
            key = {"partnership": partnership, "commitment": fact.commitment, "partner": fact.partner}
            connection.execute(delete(_breaches).where(*(columns[name] == value for name, value in key.items())))
            if isinstance(fact, BreachArisen):
                connection.execute(insert(_breaches).values(meeting=fact.meeting, **key))
