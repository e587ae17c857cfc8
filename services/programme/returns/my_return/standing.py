"""Who may look at a partner's return and fill it in, and who may submit it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contracts.events.partnership import Role
from domain.register import Register
from domain.register.partners import Partner
from domain.register.people import holding
from services.programme.core import permissions
from services.programme.core.decider import NotAllowed
from services.programme.core.grants import LEAD, LEAD_AND_CONTRIBUTOR
from services.programme.returns.commands import SubmitReturn


@dataclass(frozen=True, slots=True)
class Standing:
    """As what somebody fills a return in: ``by_office`` as the secretary, on the partner's behalf.

    ``leads`` are the ids of those of the partner who may submit it.
    """

    by_office: bool
    may_submit: bool
    leads: tuple[str, ...]


def standing(register: Register, actor: str, partner: str, quarter: str, on: date) -> Standing:
    """Return as what ``actor`` fills in a partner's return on a day. Raises NotAllowed where they may not see it."""
    person = permissions.acting(register, actor, on)
    leads = tuple(
        each.id for each in holding(register.people.values(), LEAD, on) if partner in each.partners_on(on, LEAD)
    )
    if partner in person.partners_on(on, LEAD_AND_CONTRIBUTOR):
        return Standing(False, _may_submit(register, actor, partner, quarter, on), leads)
    if Role.SECRETARY in person.roles_on(on):
        return Standing(True, True, leads)
    raise NotAllowed("", f"the return of {partner} is filled in by its own people and by the secretary")


def partners_of(register: Register, actor: str, on: date) -> list[Partner]:
    """Return the partners whose return somebody fills in on a day as one of their own people.

    Somebody may be appointed for a partner before it is admitted; until then there is no return to fill in.
    """
    person = register.people.get(actor)
    codes = () if person is None else person.partners_on(on, LEAD_AND_CONTRIBUTOR)
    return [register.partners[code] for code in codes if code in register.partners]


def _may_submit(register: Register, actor: str, partner: str, quarter: str, on: date) -> bool:
    try:
        permissions.check(register, SubmitReturn(partner=partner, quarter=quarter), actor, on)
    except NotAllowed:
        return False
    return True
