"""What gives a person leave to do something: the roles they hold, for which partner, or that it is about themselves.

Each capability lists its own in ``grants.py``. Source: the table in domain.md, section 2, and section 10.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.events.partnership import Role
from domain.register import Register
from domain.register.people import Person
from services.programme.core import lookup
from services.programme.core.command import Command

LEAD = frozenset({Role.PARTNER_LEAD})
LEAD_AND_CONTRIBUTOR = frozenset({Role.PARTNER_LEAD, Role.CONTRIBUTOR})
CHAIR = frozenset({Role.CHAIR})
BOARD = frozenset({Role.CHAIR, Role.BOARD_MEMBER, Role.SUBSTITUTE})
ANYONE = frozenset(Role)

OfPartners = Callable[[Register, Any, date], frozenset[str]]
OfPerson = Callable[[Register, Any], str | None]


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave for people with one of ``roles``.

    With ``partners`` only for those who hold the role for one of the partners that it returns; with ``person`` only for
    the person that it returns: None is whoever asks, an empty id nobody. ``called`` says in words who that person is,
    as nobody is told an id that they did not give themselves.
    """

    roles: frozenset[Role]
    partners: OfPartners | None = None
    person: OfPerson | None = None
    called: str = ""

    def covers(self, register: Register, command: Command, asking: Person, on: date) -> bool:
        """Say whether it gives ``asking``, who has one of the roles on the day, leave for this very command."""
        if self.partners is not None:
            own = asking.partners_on(on, self.roles)
            if self.partners(register, command, on).isdisjoint(own):
                return False
        return self.person is None or self.person(register, command) in (None, asking.id)

    def described(self, register: Register, command: Command, on: date) -> str:
        """Return for a sentence whom it gives leave."""
        if self.person is not None:
            return self.called if self.person(register, command) else ""
        if self.partners is not None and not self.partners(register, command, on):
            return ""
        people = " or ".join(role.replace("_", " ") for role in Role if role in self.roles)
        if self.partners is None:
            return f"a {people}"
        return f"a {people} of {lookup.listed(sorted(self.partners(register, command, on)))}"


Grants = Mapping[type[Command], tuple[Grant, ...]]
"""By command, who may carry it out beside the secretary."""


def partner_in(field: str) -> OfPartners:
    """Return what finds the partner that a command names in ``field``."""
    return lambda register, command, on: frozenset({getattr(command, field)})


def person_in(field: str) -> OfPerson:
    """Return what finds the person whom a command names in ``field``; a command that names none is about its sender."""

    def person(register: Register, command: Any) -> str | None:
        named: str | None = getattr(command, field)
        return named

    return person
