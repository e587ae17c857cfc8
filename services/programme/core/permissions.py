"""Whether a person may do what they ask for. Source: domain.md, sections 2 and 10. Several roles of a person add up.

What one may record one may amend, take back, drop and reopen. What no capability grants is for the secretary alone, who
may do everything, also on a partner's behalf: the partnership, partners and people, who leads and who owns, joining and
leaving, meetings and agendas.
"""

from __future__ import annotations

from datetime import date

from contracts.events.partnership import Role
from domain.register import Register
from domain.register.people import Person
from services.programme.capabilities import CAPABILITIES
from services.programme.core import lookup
from services.programme.core.command import Command
from services.programme.core.decider import SYSTEM, NotAllowed
from services.programme.core.grants import Grants

GRANTS: Grants = {command: grants for capability in CAPABILITIES for command, grants in capability.grants.items()}


def check(register: Register, command: Command, actor: str, on: date) -> None:
    """Raise NotAllowed where ``actor`` may not do this on the date ``on``.

    Raises Refused where what the command is about does not exist.
    """
    if command.by_system or actor == SYSTEM:
        if not (command.by_system and actor == SYSTEM):
            raise NotAllowed("", f"{actor} may not {command.words()}; the system itself does what nobody else may")
        return
    asking = acting(register, actor, on)
    if Role.SECRETARY not in asking.roles_on(on):
        _check_grants(register, command, asking, on)


def may(register: Register, command: Command, actor: str, on: date) -> bool:
    """Say whether ``actor`` may do this on the date ``on``. Of the command, what it is about has to be filled in."""
    try:
        check(register, command, actor, on)
    except NotAllowed:
        return False
    return True


def acting(register: Register, actor: str, on: date) -> Person:
    """Return who acts in the partnership on the date ``on``.

    Raises NotAllowed where nobody does of this id, or where every partner that the person acted for has left.
    """
    person = register.people.get(actor)
    if person is None:
        raise NotAllowed("", f"nobody called {actor} acts in {register.code}")
    if person.partners and Role.SECRETARY not in person.roles_on(on):
        gone = [register.partners.get(code) for code in person.partners]
        if all(partner is not None and partner.has_left_by(on) for partner in gone):
            left = lookup.listed(f"{each.code}, which left on {each.left_on}" for each in gone if each is not None)
            raise NotAllowed("", f"{actor} acted for {left}; nothing is recorded by the people of a partner that left")
    return person


def check_keeps_directory(register: Register, actor: str, on: date, act: str) -> None:
    """Raise NotAllowed unless ``actor`` is the secretary, who keeps the directory; ``act`` says what for."""
    asking = register.people.get(actor)
    if asking is None or Role.SECRETARY not in asking.roles_on(on):
        raise NotAllowed("", f"{actor} may not {act}; the secretary may")


def _check_grants(register: Register, command: Command, asking: Person, on: date) -> None:
    grants = GRANTS.get(type(command), ())
    held = [grant for grant in grants if grant.roles & asking.roles_on(on)]
    if any(grant.covers(register, command, asking, on) for grant in held):
        return
    others = filter(None, (grant.described(register, command, on) for grant in grants))
    who = " or ".join(["the secretary", *dict.fromkeys(others)])
    raise NotAllowed("", f"{_described(asking, on)} may not do this ({command.words()}); {who} may")


def _described(person: Person, on: date) -> str:
    roles = ", ".join(role.replace("_", " ") for role in Role if role in person.roles_on(on)) or "no role"
    partners = person.partners_on(on) or person.partners
    return f"{person.id} ({roles}{f' of {lookup.listed(partners)}' if partners else ''})"
