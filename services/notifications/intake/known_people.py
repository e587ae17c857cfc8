"""The partners and the people whom notifications knows of: who holds which role for which partner, by opaque id."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, Column, Connection, Date, MetaData, Row, String, Table, cast, delete, select, update

from contracts.events.partners import PartnerAdmitted, PartnerAmended, PartnerLeavingWithdrawn, PartnerLeft
from contracts.events.partnership import PersonAppointed, Role, RolesEnded
from domain.register.people import Held, Person, after_ending, after_leaving, after_staying, appointed
from services.notifications.intake.rows import is_of, put

metadata = MetaData()
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
    Column("held", JSON, nullable=False),  # role, partner and the first day without it, whatever ends it
    Column("ends", JSON),  # of each of these, when it was ended and when its partner leaves; none by an older version
)
_leavers = select(_partners).where(_partners.c.left_on.is_not(None))


def learn_of_partner(
    connection: Connection, of: str, fact: PartnerAdmitted | PartnerAmended | PartnerLeft | PartnerLeavingWithdrawn
) -> None:
    """Take in what happened to a partner, and to the roles that people hold for it."""
    identity = {"partnership": of, "code": fact.partner}
    match fact:
        case PartnerAdmitted():
            put(connection, _partners, identity, {"name": fact.name})
        case PartnerAmended() if fact.name is not None:
            connection.execute(update(_partners).where(*is_of(_partners, identity)).values(name=fact.name))
        case PartnerLeft():
            connection.execute(update(_partners).where(*is_of(_partners, identity)).values(left_on=fact.left_on))
            for person in _acting_for(connection, of, fact.partner):
                _store(connection, of, after_leaving(person, fact.partner, fact.left_on))
        case PartnerLeavingWithdrawn():
            connection.execute(update(_partners).where(*is_of(_partners, identity)).values(left_on=None))
            for person in _acting_for(connection, of, fact.partner):
                _store(connection, of, after_staying(person, fact.partner))


def learn_of_person(connection: Connection, of: str, fact: PersonAppointed | RolesEnded) -> None:
    """Take in which roles somebody holds, or holds no longer."""
    if isinstance(fact, PersonAppointed):
        person = appointed(fact)
        for code, left_on in _left(connection, of):
            person = after_leaving(person, code, left_on)
    else:
        [known] = [each for each in people(connection, of) if each.id == fact.person]
        person = after_ending(known, fact)
    _store(connection, of, person)


def forget(connection: Connection, of: str) -> None:
    """Forget the partners and people of a partnership."""
    for table in (_partners, _people):
        connection.execute(delete(table).where(table.c.partnership == of))


def partner_names(connection: Connection, of: str) -> dict[str, str]:
    """Return the names of a partnership's partners, by code."""
    rows = connection.execute(select(_partners.c.code, _partners.c.name).where(_partners.c.partnership == of))
    return {row.code: row.name for row in rows}


def people(connection: Connection, of: str) -> list[Person]:
    """Return the people of a partnership, by id: whatever they hold, or once held."""
    rows = connection.execute(select(_people).where(_people.c.partnership == of).order_by(_people.c.person))
    return [_person(row) for row in rows]


def ever_appointed(connection: Connection, role: Role) -> dict[str, list[Person]]:
    """Return, by partnership, the people who hold a role or once held it."""
    columns = _people.c
    names_it = cast(columns.held, String).contains(f'"{role.value}"', autoescape=True)
    found: dict[str, list[Person]] = {}
    for row in connection.execute(select(_people).where(names_it).order_by(columns.partnership, columns.person)):
        found.setdefault(row.partnership, []).append(_person(row))
    return found


def without_what_ends_roles(connection: Connection) -> list[str]:
    """Return the partnerships in which an older version stored people of a partner that has left, by code.

    Of their roles nobody can tell from what is stored whether they were ended as well.
    """
    columns = _people.c
    stored = connection.execute(
        select(columns.partnership, columns.partners).where(
            columns.ends.is_(None),
            columns.partnership.in_(select(_partners.c.partnership).where(_partners.c.left_on.is_not(None))),
        )
    )
    left = {(row.partnership, row.code) for row in connection.execute(_leavers)}
    return sorted({row.partnership for row in stored if any((row.partnership, code) in left for code in row.partners)})


def _acting_for(connection: Connection, of: str, partner: str) -> list[Person]:
    return [each for each in people(connection, of) if partner in each.partners]


def _store(connection: Connection, of: str, person: Person) -> None:
    held = [(each.role, each.partner, _iso(each.until)) for each in person.held]
    ends = [(_iso(each.ended), _iso(each.left)) for each in person.held]
    values = {"partners": list(person.partners), "held": held, "ends": ends}
    put(connection, _people, {"partnership": of, "person": person.id}, values)


def _person(row: Row[Any]) -> Person:
    """Return a person as stored. An older version kept the first day without a role and not what ends it, so that it
    passes for one that was ended: it gives nobody a role back.
    """
    ends = [(until, None) for _, _, until in row.held] if row.ends is None else row.ends
    held = (
        Held(Role(role), partner, _day(ended), _day(left))
        for (role, partner, _), (ended, left) in zip(row.held, ends, strict=True)
    )
    return Person(row.person, tuple(row.partners), tuple(held))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)


def _left(connection: Connection, of: str) -> list[tuple[str, date]]:
    rows = connection.execute(_leavers.where(_partners.c.partnership == of))
    return [(row.code, row.left_on) for row in rows]
