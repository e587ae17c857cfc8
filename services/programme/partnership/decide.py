"""Deciding on the partnership itself and on the people who act in it."""

from __future__ import annotations

from contracts.calendar import is_timezone
from contracts.events.partnership import BoardRules, PartnershipFormed, PersonAppointed, Role
from contracts.references import Kind, next_reference
from contracts.register import Register
from services.programme import lookup
from services.programme.partnership.bank_holidays import is_holiday_set
from services.programme.partnership.commands import AppointPerson, FormPartnership
from services.programme.rulings import AlreadyGiven, Context, Decided, Facts, Refused, decides

_NEEDS_PARTNER = frozenset({Role.PARTNER_LEAD, Role.CONTRIBUTOR})


def secretary_of(partnership: str) -> str:
    """Return the id of the secretary, who is there from the start: ``LAP-U001``."""
    return next_reference(partnership, Kind.PERSON, ())


@decides(FormPartnership)
def form(register: Register, command: FormPartnership, context: Context) -> Facts:
    if register.formed is not None:
        raise AlreadyGiven(
            "code", f"there is a partnership {register.code} already: {register.formed.name}; choose another code"
        )
    if not is_timezone(command.timezone):
        raise Refused("timezone", f"{command.timezone!r} is not a time zone; write one such as 'Europe/London'")
    if not is_holiday_set(command.holidays):
        raise Refused(
            "holidays", f"{command.holidays!r} is not a set of bank holidays; write one such as 'GB-ENG', or 'none'"
        )
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
    return [Decided(formed, command.formed_on), Decided(secretary, command.formed_on)]


@decides(AppointPerson)
def appoint(register: Register, command: AppointPerson, context: Context) -> Facts:
    person_id = command.person or next_reference(register.code, Kind.PERSON, register.people)
    if person_id not in register.people:
        lookup.free(register, Kind.PERSON, person_id, register.people, "person")
        if not command.roles:
            raise Refused("roles", "a new person needs a role; give one or more of " + ", ".join(Role))
    if command.partner is not None:
        lookup.partner_or_coming(register, command.partner, context.to_come)
    elif speaking := _NEEDS_PARTNER.intersection(command.roles):
        raise Refused("partner", f"a person who is {' and '.join(sorted(speaking))} acts for a partner; name it")
    roles = dict.fromkeys(command.roles)
    if person_id == secretary_of(register.code):
        roles = dict.fromkeys((Role.SECRETARY, *roles))
    return [PersonAppointed(person=person_id, partner=command.partner, roles=tuple(roles))]


def _check_must_attend(command: FormPartnership, context: Context) -> None:
    """Where a file forms the partnership it names all partners; otherwise they are admitted afterwards."""
    for number, code in enumerate(command.board.must_attend):
        if context.to_come and code not in context.to_come:
            raise Refused(
                f"board.must_attend[{number}]",
                f"no partner {code} is admitted anywhere in the file; without it there would never be a quorum",
            )
