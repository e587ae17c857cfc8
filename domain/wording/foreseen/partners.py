"""What would change about partners."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.events import Fact
from contracts.events.partners import PartnerAdmitted, PartnerLeft
from domain.register import Register
from domain.wording.dates import plain_date
from domain.wording.foreseen.change import Foreseen
from domain.wording.happened.sentences import Named


def changes(register: Register, fact: Fact, named: Named) -> Iterator[Foreseen]:
    """Yield what a fact would change; nothing for a fact about something else."""
    match fact:
        case PartnerAdmitted():
            yield Foreseen(fact.name, "", f"a {fact.membership} member from {plain_date(fact.joined_on)}")
        case PartnerLeft():
            yield Foreseen(named(fact.partner), "a member", f"no member from {plain_date(fact.left_on)}")
