"""What would change about partners."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.events import Fact
from contracts.events.partners import PartnerAdmitted, PartnerLeft
from domain.register import Register
from domain.register.partners import Partner
from domain.register.people import Held, after_staying
from domain.wording.dates import plain_date
from domain.wording.foreseen.change import Foreseen
from domain.wording.happened.sentences import Named
from domain.wording.sentences import listed


def changes(register: Register, fact: Fact, named: Named) -> Iterator[Foreseen]:
    """Yield what a fact would change; nothing for a fact about something else."""
    match fact:
        case PartnerAdmitted():
            yield Foreseen(fact.name, "", f"a {fact.membership} member from {plain_date(fact.joined_on)}")
        case PartnerLeft():
            yield Foreseen(named(fact.partner), "a member", f"no member from {plain_date(fact.left_on)}")


def staying(register: Register, partner: Partner) -> Iterator[Foreseen]:
    """Yield what would change where it is taken back that a partner leaves; people are given by their ids."""
    if partner.left_on is None:
        return
    gone = f"from {plain_date(partner.left_on)}"
    yield Foreseen(partner.name, f"no member {gone}", "a member")
    for person in register.people.values():
        both = zip(person.held, after_staying(person, partner.code).held, strict=True)
        if back := [then for now, then in both if then.until != now.until]:
            yield Foreseen(person.id, f"no role for it {gone}", listed(map(_role, back)))


def _role(held: Held) -> str:
    until = "" if held.until is None else f" until {plain_date(held.until)}"
    return f"{held.role.value.replace('_', ' ')}{until}"
