"""As what somebody who is signed in reads a page: by the roles that they hold in its partnership."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from starlette.requests import Request

from contracts.events.partnership import Role
from domain.register import Register
from domain.register.people import Person
from services.runtime.access.elsewhere import elsewhere_of
from services.runtime.access.identity import session_of
from services.runtime.web.pages import Visit

_ROLES: Mapping[Role, str] = {
    Role.SECRETARY: "secretary",
    Role.CHAIR: "chair",
    Role.BOARD_MEMBER: "board member",
    Role.SUBSTITUTE: "substitute",
    Role.PARTNER_LEAD: "lead",
    Role.CONTRIBUTOR: "contributor",
    Role.OBSERVER: "observer",
}
_MOST_NAMED = 2


def visit_of(request: Request, register: Register, on: date) -> Visit:
    """Return the visit of whoever sent a request to a partnership on a day."""
    name = register.partnership.name_on(on)
    people, partners, zone = register.people, _names_of_partners(register), register.calendar.timezone
    return visit_to(request, register.code, name, people, partners, on, zone)


def visit_to(
    request: Request,
    partnership: str,
    name: str,
    people: Mapping[str, Person],
    partners: Mapping[str, str],
    on: date,
    zone: str,
) -> Visit:
    """Return the same from what is known of a partnership: its people by id, its partners' names by code, its zone."""
    session = session_of(request)
    known = () if session is None else session.people_in(partnership)
    person = people.get(known[0].person_id) if len(known) == 1 else None
    names = {partnership: name, **dict(elsewhere_of(request))}
    if person is None:
        return Visit(partnership, names, zone=zone)
    is_secretary = Role.SECRETARY in person.roles_on(on)
    return Visit(partnership, names, role=in_words(person, partners, on), is_secretary=is_secretary, zone=zone)


def roles_in_words(register: Register, person: Person, on: date) -> str:
    """Return the roles of one of the people of a partnership on a day, as ``in_words`` does."""
    return in_words(person, _names_of_partners(register), on)


def in_words(person: Person, partners: Mapping[str, str], on: date) -> str:
    """Return the roles of a person on a day: ``Board member and lead for London Borough of Brent``."""
    held: dict[tuple[str, ...], list[str]] = {}
    for role in _ROLES:
        if role in person.roles_on(on):
            held.setdefault(_partners_of(person, role, on), []).append(_ROLES[role])
    said = (_said(roles, [partners.get(code, code) for code in codes]) for codes, roles in held.items())
    words = ", ".join(said)
    return words[:1].upper() + words[1:]


def _names_of_partners(register: Register) -> dict[str, str]:
    return {code: partner.name for code, partner in register.partners.items()}


def _partners_of(person: Person, role: Role, on: date) -> tuple[str, ...]:
    return tuple(each.partner for each in person.held if each.role is role and each.on(on) and each.partner)


def _said(roles: list[str], partners: list[str]) -> str:
    words = _listed(roles)
    if not partners:
        return words
    return f"{words} for {_listed(partners) if len(partners) <= _MOST_NAMED else f'{len(partners)} partners'}"


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
