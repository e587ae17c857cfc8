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
    JSON,
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Time,
    cast,
    delete,
    insert,
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
from contracts.events.partners import PartnerAdmitted, PartnerAmended, PartnerLeft
from contracts.events.partnership import PartnershipAmended, PartnershipFormed, PersonAppointed, Role, RolesEnded
from domain.register.board import USUAL_MINUTES
from domain.register.people import Held, Person, after_ending, after_leaving, appointed
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
_partners = Table(
    "known_partners",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("code", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("left_on", Date),
)
_people = Table(
    "known_people",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("partners", JSON, nullable=False),
    Column("held", JSON, nullable=False),  # role, partner and the first day without it
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
            _put(
                connection,
                _partnerships,
                {"code": of},
                {"name": fact.name, "timezone": fact.timezone, "imported_at": fact.imported_at},
            )
        case PartnershipAmended() as fact if fact.name is not None:
            connection.execute(update(_partnerships).where(_partnerships.c.code == of).values(name=fact.name))
        case PartnerAdmitted() | PartnerAmended() | PartnerLeft() as fact:
            _learn_of_partner(connection, of, fact)
        case PersonAppointed() | RolesEnded() as fact:
            _learn_of_person(connection, of, fact)
        case MeetingScheduled() | MeetingMoved() | MeetingCancelled() as fact:
            _learn_of_meeting(connection, event, fact)
        case AgendaItemAmended() | AgendaItemRemoved() as fact:
            _change_item(connection, event, fact)
        case AgendaItemAdded() as fact if fact.kind is ItemKind.DECISION:
            _put(
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


def _learn_of_partner(connection: Connection, of: str, fact: PartnerAdmitted | PartnerAmended | PartnerLeft) -> None:
    identity = {"partnership": of, "code": fact.partner}
    match fact:
        case PartnerAdmitted():
            _put(connection, _partners, identity, {"name": fact.name})
        case PartnerAmended() if fact.name is not None:
            connection.execute(update(_partners).where(*_is(_partners, identity)).values(name=fact.name))
        case PartnerLeft():
            connection.execute(update(_partners).where(*_is(_partners, identity)).values(left_on=fact.left_on))
            for person in people(connection, of):
                _put_person(connection, of, after_leaving(person, fact.partner, fact.left_on))


def _learn_of_person(connection: Connection, of: str, fact: PersonAppointed | RolesEnded) -> None:
    if isinstance(fact, PersonAppointed):
        person = appointed(fact)
        for code, left_on in _left(connection, of):
            person = after_leaving(person, code, left_on)
    else:
        [known] = [each for each in people(connection, of) if each.id == fact.person]
        person = after_ending(known, fact)
    _put_person(connection, of, person)


def _change_item(connection: Connection, event: Recorded, fact: AgendaItemAmended | AgendaItemRemoved) -> None:
    """Only items for decision are known: one that is none any more, or was taken off, is forgotten."""
    identity = {"partnership": event.partnership, "meeting": fact.meeting, "number": fact.item}
    if isinstance(fact, AgendaItemRemoved) or fact.kind is not ItemKind.DECISION:
        connection.execute(delete(_items).where(*_is(_items, identity)))
        return
    known = connection.scalar(select(_items.c.recorded_at).where(*_is(_items, identity)))
    values = {"title": fact.title, "recommendation": fact.recommendation, "owner": fact.owner}
    _put(connection, _items, identity, {**values, "recorded_at": known or event.recorded_at})


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
        _put(connection, _meetings, identity, values)
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
    connection.execute(update(_meetings).where(*_is(_meetings, identity)).values(change))


def forget(connection: Connection, of: str) -> None:
    """Forget a partnership, to be learnt of again; until ``relearnt`` nobody is told of what is learnt."""
    _put(connection, _relearning, {"partnership": of}, {})
    connection.execute(delete(_partnerships).where(_partnerships.c.code == of))
    for table in (_partners, _people, _meetings, _items):
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
        its = _is(_meetings, {"partnership": of, "reference": reference})
        behind = _meetings.c.sequence < sequence
        connection.execute(update(_meetings).where(*its, behind).values(sequence=sequence))


def partnerships(connection: Connection) -> list[PartnershipRecord]:
    """Return all partnerships, by code."""
    return [PartnershipRecord(**row) for row in connection.execute(select(_partnerships).order_by("code")).mappings()]


def partnership(connection: Connection, code: str) -> PartnershipRecord | None:
    """Return a partnership, None where there is none of this code."""
    row = connection.execute(select(_partnerships).where(_partnerships.c.code == code)).mappings().first()
    return None if row is None else PartnershipRecord(**row)


def partner_names(connection: Connection, of: str) -> dict[str, str]:
    """Return the names of a partnership's partners, by code."""
    rows = connection.execute(select(_partners.c.code, _partners.c.name).where(_partners.c.partnership == of))
    return {row.code: row.name for row in rows}


def people(connection: Connection, of: str) -> list[Person]:
    """Return the people of a partnership, by id: whatever they hold, or once held."""
    columns = _people.c
    rows = connection.execute(
        select(columns.person, columns.partners, columns.held).where(columns.partnership == of).order_by(columns.person)
    )
    return [Person(person, tuple(partners), tuple(map(_held, held))) for person, partners, held in rows]


def ever_appointed(connection: Connection, role: Role) -> dict[str, list[Person]]:
    """Return, by partnership, the people who hold a role or once held it."""
    columns = _people.c
    names_it = cast(columns.held, String).contains(f'"{role.value}"', autoescape=True)
    found: dict[str, list[Person]] = {}
    for row in connection.execute(select(_people).where(names_it).order_by(columns.partnership, columns.person)):
        person = Person(row.person, tuple(row.partners), tuple(map(_held, row.held)))
        found.setdefault(row.partnership, []).append(person)
    return found


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
    this = _is(_meetings, {"partnership": of, "reference": reference})
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


def _put_person(connection: Connection, of: str, person: Person) -> None:
    held = [(each.role, each.partner, None if each.until is None else each.until.isoformat()) for each in person.held]
    values = {"partners": list(person.partners), "held": held}
    _put(connection, _people, {"partnership": of, "person": person.id}, values)


def _held(row: tuple[str, str | None, str | None]) -> Held:
    role, partner, until = row
    return Held(Role(role), partner, None if until is None else date.fromisoformat(until))


def _left(connection: Connection, of: str) -> list[tuple[str, date]]:
    columns = _partners.c
    query = select(columns.code, columns.left_on).where(columns.partnership == of, columns.left_on.is_not(None))
    return [(code, left_on) for code, left_on in connection.execute(query)]


def _put(connection: Connection, table: Table, identity: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Store a row, in place of one of the same identity."""
    connection.execute(delete(table).where(*_is(table, identity)))
    connection.execute(insert(table).values(**identity, **values))


def _is(table: Table, identity: Mapping[str, Any]) -> list[Any]:
    return [table.c[name] == value for name, value in identity.items()]
