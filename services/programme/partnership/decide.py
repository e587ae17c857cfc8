"""Deciding on the partnership itself and on the people who act in it."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.events.partnership import BoardRules, PartnershipFormed, PersonAppointed, Role, RolesEnded
from domain.calendar import is_timezone
from domain.register import Register
from domain.register.people import PEOPLE, Person, after_ending
from services.programme.core import lookup
from services.programme.core.decider import AlreadyGiven, Context, Facts, NewEvent, Refused, decides
from services.programme.partners.lookup import check_partner_or_coming
from services.programme.partnership.bank_holidays import check_holiday_set
from services.programme.partnership.commands import AppointPerson, EndRoles, FormPartnership
from services.programme.partnership.lookup import find_person

_NEEDS_PARTNER = frozenset({Role.PARTNER_LEAD, Role.CONTRIBUTOR})


def secretary_of(partnership: str) -> str:
    """Return the id of the secretary, who is there from the start: ``LAP-U001``."""
    return PEOPLE.next_reference(partnership, ())


@decides(FormPartnership)
def form(register: Register, command: FormPartnership, context: Context) -> Facts:
    if register.formed is not None:
        raise AlreadyGiven(
            "code", f"there is a partnership {register.code} already: {register.formed.name}; choose another code"
        )
    if not is_timezone(command.timezone):
        raise Refused("timezone", f"{command.timezone!r} is not a time zone; write one such as 'Europe/London'")
    check_holiday_set(command.holidays)
    _check_must_attend(command, context)
    formed = PartnershipFormed(
        name=command.name,
        vision=command.vision,
        formed_on=command.formed_on,
        financial_year_start_month=command.financial_year_start_month,
        timezone=command.timezone,
        holidays=command.holidays,
        board=BoardRules.model_validate(command.board.model_dump()),
        imported_at=context.imported_at,
    )
    secretary = PersonAppointed(person=secretary_of(register.code), roles=(Role.SECRETARY,))
    return [NewEvent(formed, command.formed_on), NewEvent(secretary, command.formed_on)]


@decides(AppointPerson)
def appoint(register: Register, command: AppointPerson, context: Context) -> Facts:
    person_id = command.person or PEOPLE.next_reference(register.code, register.people)
    if person_id not in register.people:
        lookup.free(PEOPLE, register, person_id, "person")
        if not command.roles:
            raise Refused("roles", "a new person needs a role; give one or more of " + ", ".join(Role))
    partners = command.acts_for
    for number, code in enumerate(partners):
        field = "partner" if command.partner is not None else f"partners[{number}]"
        check_partner_or_coming(register, code, context.forward_references, field)
        _check_still_there(register, code, field, context)
    if not partners and (speaking := _NEEDS_PARTNER.intersection(command.roles)):
        raise Refused("partner", f"a person who is {' and '.join(sorted(speaking))} acts for a partner; name it")
    roles = dict.fromkeys(command.roles)
    if person_id == secretary_of(register.code):
        roles = dict.fromkeys((Role.SECRETARY, *roles))
    one, several = (partners[0], ()) if len(partners) == 1 else (None, partners)
    appointed = PersonAppointed(person=person_id, partner=one, partners=several, roles=tuple(roles))
    today = register.calendar.local_date(context.now)
    too_much = _not_held_for(command, [role for role in roles if role is not Role.SECRETARY])
    return [appointed, *(RolesEnded(person=person_id, partner=code, roles=gone, on=today) for code, gone in too_much)]


@decides(EndRoles)
def end_roles(register: Register, command: EndRoles, context: Context) -> Facts:
    person = find_person(register, command.person)
    if command.partner is not None and command.partner not in person.partners:
        known = f"for {lookup.listed(person.partners)}" if person.partners else "for no partner"
        raise Refused("partner", f"{person.id} does not act for {command.partner}, but {known}")
    fact = RolesEnded(
        person=person.id, partner=command.partner, roles=tuple(dict.fromkeys(command.roles)), on=command.on
    )
    ended = after_ending(person, fact)
    if person.id == secretary_of(register.code) and Role.SECRETARY not in ended.roles_on(command.on):
        raise Refused("roles", f"{person.id} is the partnership's secretary and stays so; name the other roles")
    if ended == person:
        raise Refused("", _nothing_ends(person, command))
    return [NewEvent(fact, command.on)]


def _not_held_for(command: AppointPerson, roles: Sequence[Role]) -> list[tuple[str, tuple[Role, ...]]]:
    """Return for each partner which of ``roles`` the person does not hold for it. Raises Refused."""
    partners, held_for = command.acts_for, command.held_for
    for code, some in held_for.items():
        if code not in partners:
            raise Refused(f"held_for.{code}", f"{code} is none of the partners that the person acts for; leave it out")
        if odd := [role for role in some if role not in roles]:
            raise Refused(f"held_for.{code}", f"{lookup.listed(odd)} is none of the roles; give it there as well")
    for role in roles if partners else ():
        if not any(role in held_for.get(code, roles) for code in partners):
            raise Refused("held_for", f"{role} is held for none of the partners; leave it out of the roles")
    found = ((code, tuple(role for role in roles if role not in held_for.get(code, roles))) for code in partners)
    return [(code, gone) for code, gone in found if gone]


def _nothing_ends(person: Person, command: EndRoles) -> str:
    held = sorted(role.replace("_", " ") for role in person.roles_on(command.on))
    return f"{person.id} holds none of this on {command.on}; it holds {lookup.listed(held) if held else 'no role'} then"


def _check_still_there(register: Register, code: str, field: str, context: Context) -> None:
    partner = register.partners.get(code)
    if partner is not None and partner.has_left_by(register.calendar.local_date(context.now)):
        raise Refused(field, f"{code} left on {partner.left_on}, and nobody acts for a partner that left; leave it out")


def _check_must_attend(command: FormPartnership, context: Context) -> None:
    """Where a file forms the partnership it names all partners; otherwise they are admitted afterwards."""
    for number, code in enumerate(command.board.must_attend):
        if context.forward_references and code not in context.forward_references:
            raise Refused(
                f"board.must_attend[{number}]",
                f"no partner {code} is admitted anywhere in the file; without it there would never be a quorum",
            )
