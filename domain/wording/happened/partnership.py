"""What happened to the partnership and to the people who act in it, each fact in one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch

from contracts.events import Fact
from contracts.events.partnership import (
    HolidayAdded,
    HolidayRemoved,
    HolidaysRecorded,
    PartnershipAmended,
    PartnershipFormed,
    PersonAppointed,
    Role,
    RolesEnded,
)
from domain.wording.dates import plain_date
from domain.wording.happened.sentences import Named
from domain.wording.numbers import count
from domain.wording.sentences import listed, sentence

_AMENDED = {
    "name": "name",
    "vision": "vision",
    "holidays": "set of bank holidays",
    "board": "rules of the board",
}


@singledispatch
def happened(fact: Fact, named: Named) -> str:
    """Return a fact about the partnership or its people in a sentence; empty for a fact about something else."""
    return ""


@happened.register
def _(fact: PartnershipFormed, named: Named) -> str:
    return f"{fact.name} was formed on {plain_date(fact.formed_on)}."


@happened.register
def _(fact: PartnershipAmended, named: Named) -> str:
    changed = listed(words for name, words in _AMENDED.items() if getattr(fact, name) is not None)
    return (
        f"The {changed} of the partnership changed for meetings from {plain_date(fact.holds_from)} on."
        f" {sentence(fact.reason)}"
    )


@happened.register
def _(fact: HolidaysRecorded, named: Named) -> str:
    return f"{count(len(fact.holidays), 'bank holiday')} of {fact.year} noted ({fact.holiday_set})."


@happened.register
def _(fact: HolidayAdded, named: Named) -> str:
    return f"{plain_date(fact.on)} became a holiday: {sentence(fact.name)}"


@happened.register
def _(fact: HolidayRemoved, named: Named) -> str:
    return f"{plain_date(fact.on)} is no holiday after all. {sentence(fact.reason)}"


@happened.register
def _(fact: PersonAppointed, named: Named) -> str:
    if not fact.roles:
        return f"{named(fact.person)} holds no role any more."
    acts_for = f" for {listed(map(named, fact.acts_for))}" if fact.acts_for else ""
    return f"{named(fact.person)} became {_roles(fact.roles)}{acts_for}."


@happened.register
def _(fact: RolesEnded, named: Named) -> str:
    roles = f"the role of {_roles(fact.roles)}" if fact.roles else "no role"
    held_for = f" for {named(fact.partner)}" if fact.partner else ""
    verb = "no longer holds" if fact.roles else "holds"
    return f"{named(fact.person)} {verb} {roles}{held_for} from {plain_date(fact.on)}."


def _roles(roles: Iterable[Role]) -> str:
    return listed(role.value.replace("_", " ") for role in roles)
