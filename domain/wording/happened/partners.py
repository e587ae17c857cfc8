"""What happened to a partner's membership, each fact in one sentence."""

from __future__ import annotations

from functools import singledispatch

from contracts.events import Fact
from contracts.events.partners import PartnerAdmitted, PartnerAmended, PartnerLeavingWithdrawn, PartnerLeft
from domain.wording.dates import plain_date
from domain.wording.happened.sentences import Named, parts_put_right
from domain.wording.sentences import sentence


@singledispatch
def happened(fact: Fact, named: Named) -> str:
    """Return a fact about a partner in a sentence or two; empty for a fact about something else."""
    return ""


@happened.register
def _(fact: PartnerAdmitted, named: Named) -> str:
    return f"{fact.name} joins on {plain_date(fact.joined_on)}."


@happened.register
def _(fact: PartnerAmended, named: Named) -> str:
    if fact.membership is not None and fact.membership_from is not None:
        return f"A {fact.membership.value} member from {plain_date(fact.membership_from)}. {sentence(fact.reason)}"
    said = []
    if fact.name is not None:
        said.append(f"The partner is now called “{fact.name}”.")
    if fact.kind is not None or fact.gss is not None:
        said.append(f"{parts_put_right(fact, 'kind', 'gss')} of the partner put right.")
    return " ".join((*said, sentence(fact.reason)))


@happened.register
def _(fact: PartnerLeft, named: Named) -> str:
    return f"{named(fact.partner)} is no longer a member from {plain_date(fact.left_on)}."


@happened.register
def _(fact: PartnerLeavingWithdrawn, named: Named) -> str:
    left = f"That {named(fact.partner)} is no longer a member from {plain_date(fact.left_on)}"
    return f"{left} was taken back. {sentence(fact.reason)}"
