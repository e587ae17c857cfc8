"""What notifications knows of a partnership, learnt from programme's log and nothing more: who holds which role for
which partner (by opaque id), partners' names, the board's meetings and what stands on their agendas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Time,
    delete,
    select,
    update,
)

from contracts.envelope import Recorded
from contracts.events.board import (
    AgendaItemAdded,
    AgendaItemAmended,
    AgendaItemRemoved,
    ItemKind,
    MeetingCancelled,
    MeetingMoved,
    MeetingScheduled,
)
from contracts.events.partners import PartnerAdmitted, PartnerAmended, PartnerLeavingWithdrawn, PartnerLeft
from contracts.events.partnership import PartnershipAmended, PartnershipFormed, PersonAppointed, Role, RolesEnded
from domain.register.board import USUAL_MINUTES
from services.notifications.intake import known_people
from services.notifications.intake.known_people import people
from services.notifications.intake.rows import is_of, put
from services.runtime.access.roles import NO_PARTNERSHIP, RolesIn
from services.runtime.store.columns import Instant

metadata = MetaData()
_partnerships = Table(
    "known_partnerships",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("imported_at", Instant),
)
_meetings = Table(
    "known_meetings",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("reference", String(64), primary_key=True),
    Column("date", Date, nullable=False),
    Column("time", Time, nullable=False),
    Column("place", String(200)),
    Column("minutes", Integer, nullable=False),
    Column("uid", String(64), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("cancelled_because", Text),
    Column("recorded_at", Instant, nullable=False),
)
_items = Table(
    "known_agenda_items",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("meeting", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("title", String(200), nullable=False),
    Column("recommendation", Text),
    Column("owner", String(64)),
    Column("recorded_at", Instant, nullable=False),
)


_relearning = Table("partnerships_relearnt", metadata, Column("partnership", String(64), primary_key=True))


@dataclass(frozen=True, slots=True)
class PartnershipRecord:
    """A partnership by its code; times of its meetings are in its time zone.

    ``imported_at`` is when its history was imported, if it was.
    """

    code: str
    name: str
    timezone: str
    imported_at: datetime | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The time zone itself."""
        return ZoneInfo(self.timezone)

    def local_date(self, instant: datetime) -> date:
        """Return the local date of an instant."""
        return instant.astimezone(self.zone).date()

    def was_imported_since(self, recorded_at: datetime) -> bool:
        """Say whether something was brought in with the history: nobody is told of it now."""
        return self.imported_at is not None and recorded_at <= self.imported_at


@dataclass(frozen=True, slots=True)
class MeetingRecord:
    """A meeting as invitations need it.

    ``uid`` is fixed when it is scheduled; ``sequence`` rises with each change, ``recorded_at`` is the last one's.
    """

    reference: str
    date: date
    time: time
    place: str | None
    minutes: int
    uid: str
    sequence: int
    cancelled_because: str | None
    recorded_at: datetime

    @property
    def is_cancelled(self) -> bool:
        """Whether it will not be held."""
        return self.cancelled_because is not None

    def starts_at(self, partnership: PartnershipRecord) -> datetime:
        """Return when it begins, in the partnership's time zone."""
        return datetime.combine(self.date, self.time, partnership.zone)


@dataclass(frozen=True, slots=True)
class AgendaItemRecord:
    """One item on which the board is asked for a decision."""

    number: int
    title: str
    recommendation: str | None
    owner: str | None


def learn(connection: Connection, event: Recorded) -> None:
    """Take in what ``event`` says, if it says anything that matters here."""
    of = event.partnership
    match event.fact:
        case PartnershipFormed() as fact:
            put(
                connection,
                _partnerships,
                {"code": of},
                {"name": fact.name, "timezone": fact.timezone, "imported_at": fact.imported_at},
            )
        case PartnershipAmended() as fact if fact.name is not None:
            connection.execute(update(_partnerships).where(_partnerships.c.code == of).values(name=fact.name))
        case PartnerAdmitted() | PartnerAmended() | PartnerLeft() | PartnerLeavingWithdrawn() as fact:
            known_people.learn_of_partner(connection, of, fact)
        case PersonAppointed() | RolesEnded() as fact:
            known_people.learn_of_person(connection, of, fact)
        case MeetingScheduled() | MeetingMoved() | MeetingCancelled() as fact:
            _learn_of_meeting(connection, event, fact)
        case AgendaItemAmended() | AgendaItemRemoved() as fact:
            _change_item(connection, event, fact)
        case AgendaItemAdded() as fact if fact.kind is ItemKind.DECISION:
            put(
                connection,
                _items,
                {"partnership": of, "meeting": fact.meeting, "number": fact.item},
                {
                    "title": fact.title,
                    "recommendation": fact.recommendation,
                    "owner": fact.owner,
                    "recorded_at": event.recorded_at,
                },
            )


def _change_item(connection: Connection, event: Recorded, fact: AgendaItemAmended | AgendaItemRemoved) -> None:
    """Only items for decision are known: one that is none any more, or was taken off, is forgotten."""
    identity = {"partnership": event.partnership, "meeting": fact.meeting, "number": fact.item}
    if isinstance(fact, AgendaItemRemoved) or fact.kind is not ItemKind.DECISION:
        connection.execute(delete(_items).where(*is_of(_items, identity)))
        return
    known = connection.scalar(select(_items.c.recorded_at).where(*is_of(_items, identity)))
    values = {"title": fact.title, "recommendation": fact.recommendation, "owner": fact.owner}
    put(connection, _items, identity, {**values, "recorded_at": known or event.recorded_at})


def _learn_of_meeting(
    connection: Connection, event: Recorded, fact: MeetingScheduled | MeetingMoved | MeetingCancelled
) -> None:
    identity = {"partnership": event.partnership, "reference": fact.meeting}
    if isinstance(fact, MeetingScheduled):
        values = {
            "date": fact.date,
            "time": fact.time,
            "place": fact.place,
            "minutes": fact.minutes or USUAL_MINUTES,
            "uid": str(uuid5(NAMESPACE_OID, event.chain)),
            "sequence": 0,
            "recorded_at": event.recorded_at,
        }
        put(connection, _meetings, identity, values)
        return
    change: dict[str, Any] = {"sequence": _meetings.c.sequence + 1, "recorded_at": event.recorded_at}
    if isinstance(fact, MeetingCancelled):
        change["cancelled_because"] = fact.reason
    else:
        change |= {"date": fact.date, "time": fact.time}
        if fact.place:  # a move that names no place or length keeps the old one, as the register does
            change["place"] = fact.place
        if fact.minutes:
            change["minutes"] = fact.minutes
    connection.execute(update(_meetings).where(*is_of(_meetings, identity)).values(change))


def forget(connection: Connection, of: str) -> None:
    """Forget a partnership, to be learnt of again; until ``relearnt`` nobody is told of what is learnt."""
    put(connection, _relearning, {"partnership": of}, {})
    connection.execute(delete(_partnerships).where(_partnerships.c.code == of))
    known_people.forget(connection, of)
    for table in (_meetings, _items):
        connection.execute(delete(table).where(table.c.partnership == of))


def being_relearnt(connection: Connection) -> frozenset[str]:
    """Return the partnerships that are being learnt of again."""
    return frozenset(connection.scalars(select(_relearning.c.partnership)))


def relearnt(connection: Connection, of: str, told: Mapping[str, int]) -> None:
    """Note that a partnership has been learnt of again. ``told`` has the last sequence that people know of meetings.

    A meeting's sequence never falls, or calendars would not follow it.
    """
    connection.execute(delete(_relearning).where(_relearning.c.partnership == of))
    for reference, sequence in told.items():
        its = is_of(_meetings, {"partnership": of, "reference": reference})
        behind = _meetings.c.sequence < sequence
        connection.execute(update(_meetings).where(*its, behind).values(sequence=sequence))


def partnerships(connection: Connection) -> list[PartnershipRecord]:
    """Return all partnerships, by code."""
    return [PartnershipRecord(**row) for row in connection.execute(select(_partnerships).order_by("code")).mappings()]


def partnership(connection: Connection, code: str) -> PartnershipRecord | None:
    """Return a partnership, None where there is none of this code."""
    row = connection.execute(select(_partnerships).where(_partnerships.c.code == code)).mappings().first()
    return None if row is None else PartnershipRecord(**row)


def roles_in(connection: Connection, of: str, at: datetime) -> RolesIn:
    """Return the roles that people hold on the local date of an instant; NO_PARTNERSHIP where there is none."""
    known = partnership(connection, of)
    if known is None:
        return NO_PARTNERSHIP
    today = known.local_date(at)
    return RolesIn(known.name, {each.id: each.roles_on(today) for each in people(connection, of)})


def roles_of(connection: Connection, of: str, person: str, on: date) -> frozenset[Role]:
    """Return the roles that somebody holds on a date, given by their full id; none for whom nobody knows."""
    return next((each.roles_on(on) for each in people(connection, of) if each.id == person), frozenset())


def meetings(connection: Connection, of: str) -> list[MeetingRecord]:
    """Return the meetings of a partnership, by reference."""
    columns = [column for column in _meetings.c if column.name != "partnership"]
    rows = connection.execute(select(*columns).where(_meetings.c.partnership == of).order_by(_meetings.c.reference))
    return [MeetingRecord(**row) for row in rows.mappings()]


def meeting(connection: Connection, of: str, reference: str) -> MeetingRecord | None:
    """Return one meeting, None where it is not known."""
    return next((each for each in meetings(connection, of) if each.reference == reference), None)


def raise_sequence(connection: Connection, of: str, reference: str, recorded_at: datetime) -> MeetingRecord:
    """Note that calendars have to follow a change that is not one of the meeting itself; return it as it is now."""
    this = is_of(_meetings, {"partnership": of, "reference": reference})
    raised = {"sequence": _meetings.c.sequence + 1, "recorded_at": recorded_at}
    connection.execute(update(_meetings).where(*this).values(raised))
    found = meeting(connection, of, reference)
    assert found is not None
    return found


def items_for_decision(connection: Connection, of: str, meeting: str, up_to: datetime) -> list[AgendaItemRecord]:
    """Return the items for decision that were on a meeting's agenda at the instant ``up_to``, by number."""
    rows = connection.execute(
        select(_items.c.number, _items.c.title, _items.c.recommendation, _items.c.owner)
        .where(_items.c.partnership == of, _items.c.meeting == meeting, _items.c.recorded_at <= up_to)
        .order_by(_items.c.number)
    )
    return [AgendaItemRecord(**row) for row in rows.mappings()]
