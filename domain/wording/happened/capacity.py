"""What happened to the days that partners give, each fact in one sentence."""

from __future__ import annotations

from functools import singledispatch

from contracts.events import Fact
from contracts.events.capacity import CapacityPledged, CapacityReleased, ReleaseWithdrawn
from domain.wording.dates import plain_date
from domain.wording.happened.sentences import Named
from domain.wording.numbers import quantity
from domain.wording.sentences import sentence


@singledispatch
def happened(fact: Fact, named: Named) -> str:
    """Return a fact about days in a sentence or two; empty for a fact about something else."""
    return ""


@happened.register
def _(fact: CapacityPledged, named: Named) -> str:
    pledged = f"{quantity(fact.days)} days to “{named(fact.project)}” for {fact.quarter}"
    return f"{named(fact.partner)} pledged {pledged}."


@happened.register
def _(fact: CapacityReleased, named: Named) -> str:
    given = f"{quantity(fact.days)} days to “{named(fact.project)}” on {plain_date(fact.on)}"
    return f"{named(fact.partner)} gave {given}."


@happened.register
def _(fact: ReleaseWithdrawn, named: Named) -> str:
    taken = f"Days that {named(fact.partner)} gave to “{named(fact.project)}” on {plain_date(fact.on)}"
    return f"{taken} were taken back. {sentence(fact.reason)}"
