"""Who is sent a pack: told by role and partner, and never by a person's name."""

from __future__ import annotations

from collections import Counter
from datetime import date

from contracts.events.partnership import Role
from domain import wording
from domain.register import Register
from domain.register.people import Person, holding
from services.reporting.pack.briefing import Briefing

RECEIVING = (Role.CHAIR, Role.BOARD_MEMBER, Role.SUBSTITUTE, Role.SECRETARY)
"""The roles whose holders are sent a pack, in the order in which they are listed."""


def recipients(register: Register, on: date) -> list[Person]:
    """Return who is sent the pack on a day: whoever holds one of the receiving roles, by first such role and id."""
    return sorted(
        holding(register.people.values(), RECEIVING, on), key=lambda each: (_rank(each, on), each.partners, each.id)
    )


def distribution(briefing: Briefing) -> tuple[str, ...]:
    """Say by role which partners the pack goes to; several people of the same partners are counted."""
    on = briefing.issued_on
    by_role: dict[Role, Counter[str]] = {}
    for person in recipients(briefing.register, on):
        role = RECEIVING[_rank(person, on)]
        names = [briefing.now.partner_name(each) for each in person.partners_on(on, {role})]
        by_role.setdefault(role, Counter())[" with ".join(names)] += 1
    return tuple(
        f"{_in_words(role)}: {wording.listed(_numbered(role, partner, number) for partner, number in partners.items())}"
        for role, partners in by_role.items()
    )


def _in_words(role: Role) -> str:
    return role.value.replace("_", " ").capitalize()


def _numbered(role: Role, partner: str, number: int) -> str:
    """Return for whom ``number`` people hold a role: a partner, or none. The secretary is the partnership's own."""
    if not partner and role is not Role.SECRETARY:
        return f"{'one' if number == 1 else number} without a partner"
    partner = partner or "the programme office"
    return partner if number == 1 else f"{partner} ({number})"


def _rank(person: Person, on: date) -> int:
    return next(rank for rank, role in enumerate(RECEIVING) if role in person.roles_on(on))
