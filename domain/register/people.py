"""The people who act in a partnership, and which roles they hold for whom on a day.

A person holds each role for a partner, or for none. What ends it is kept as the first day without it: whether somebody
may do something is always asked about a day. Their own going and their partner's are kept apart, as that a partner
leaves can be taken back: then they hold again what that alone had ended.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from contracts.envelope import Recorded
from contracts.events.partnership import PersonAppointed, Role, RolesEnded
from domain.register.applying import applies
from domain.register.kinds import Kind

if TYPE_CHECKING:
    from domain.register import Register

BOARD_ROLES = frozenset({Role.CHAIR, Role.BOARD_MEMBER})


@dataclass(frozen=True, slots=True)
class Held:
    """A role that a person holds for a partner, or for none.

    ``ended`` is the first day without it as it was ended, ``left`` the first one without it as the partner leaves.
    """

    role: Role
    partner: str | None
    ended: date | None = None
    left: date | None = None

    @property
    def until(self) -> date | None:
        """The first day without it, whatever ends it first; None where nothing does."""
        return min((day for day in (self.ended, self.left) if day is not None), default=None)

    def on(self, day: date) -> bool:
        """Say whether it is held on ``day``."""
        return (self.ended is None or day < self.ended) and (self.left is None or day < self.left)

    def ending(self, day: date) -> Held:
        """Return it as ended on ``day``, unless it was ended for a day before."""
        return self if self.ended is not None and self.ended <= day else replace(self, ended=day)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone acting in the partnership; name and address stand in the directory alone.

    ``partners`` are those for which the person was appointed, whether they are still there or not.
    """

    id: str
    partners: tuple[str, ...]
    held: tuple[Held, ...]

    def roles_on(self, day: date) -> frozenset[Role]:
        """Return the roles that the person holds on ``day``, for whomever."""
        return frozenset(each.role for each in self.held if each.on(day))

    def partners_on(self, day: date, roles: Collection[Role] | None = None) -> tuple[str, ...]:
        """Return the partners for which the person holds a role on ``day``: any, or one of ``roles``."""
        acting = {each.partner for each in self.held if each.on(day) and (roles is None or each.role in roles)}
        return tuple(partner for partner in self.partners if partner in acting)

    def is_on_board_on(self, day: date) -> bool:
        """Say whether the person is a member of the project board on ``day``."""
        return not BOARD_ROLES.isdisjoint(self.roles_on(day))


PEOPLE: Kind[Person] = Kind("person", "U", lambda register: register.people, digits=3)


def appointed(fact: PersonAppointed) -> Person:
    """Return the person as the appointment leaves them: it takes the place of whatever they held before.

    The programme office is the partnership's own, so that no partner takes it along when it leaves.
    """
    partners = fact.acts_for
    held = (Held(role, partner) for role in fact.roles for partner in _held_for(role, partners))
    return Person(fact.person, partners, tuple(held))


def after_ending(person: Person, fact: RolesEnded) -> Person:
    """Return the person without the roles that end."""

    def ends(each: Held) -> bool:
        return fact.partner in (None, each.partner) and (not fact.roles or each.role in fact.roles)

    return replace(person, held=tuple(each.ending(fact.on) if ends(each) else each for each in person.held))


def after_leaving(person: Person, partner: str, left_on: date) -> Person:
    """Return the person without what they held for a partner that leaves."""
    return _with_partner_leaving(person, partner, left_on)


def after_staying(person: Person, partner: str) -> Person:
    """Return the person with what they hold for a partner of which it was taken back that it leaves."""
    return _with_partner_leaving(person, partner, None)


def holding(people: Iterable[Person], roles: Collection[Role], day: date) -> Iterator[Person]:
    """Yield the people who hold at least one of ``roles`` on ``day``."""
    return (each for each in people if not each.roles_on(day).isdisjoint(roles))


def _with_partner_leaving(person: Person, partner: str, left_on: date | None) -> Person:
    held = (replace(each, left=left_on) if each.partner == partner else each for each in person.held)
    return replace(person, held=tuple(held)) if partner in person.partners else person


def _held_for(role: Role, partners: tuple[str, ...]) -> tuple[str | None, ...]:
    return partners if partners and role is not Role.SECRETARY else (None,)


@applies(PersonAppointed)
def person_appointed(register: Register, fact: PersonAppointed, event: Recorded) -> None:
    person = appointed(fact)
    for code in person.partners:
        partner = register.partners.get(code)
        if partner is not None and partner.left_on is not None:
            person = after_leaving(person, code, partner.left_on)
    register.people[fact.person] = person


@applies(RolesEnded)
def roles_ended(register: Register, fact: RolesEnded, event: Recorded) -> None:
    register.people[fact.person] = after_ending(register.people[fact.person], fact)
