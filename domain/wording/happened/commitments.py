"""What happened to a commitment, each fact in one sentence."""

from __future__ import annotations

from functools import singledispatch

from contracts.events import Fact
from contracts.events.commitments import (
    AdoptionWithdrawn,
    CommitmentAdopted,
    CommitmentAgreed,
    CommitmentAmended,
    CommitmentWithdrawn,
    DerogationGranted,
)
from domain.wording.dates import plain_date
from domain.wording.happened.sentences import Named, parts_put_right
from domain.wording.sentences import listed, sentence


@singledispatch
def happened(fact: Fact, named: Named) -> str:
    """Return a fact about a commitment in a sentence or two; empty for a fact about something else."""
    return ""


@happened.register
def _(fact: CommitmentAgreed, named: Named) -> str:
    by = f", by {fact.decision}" if fact.decision else ""
    return f"The commitment was agreed{by}, in force from {plain_date(fact.in_force_from)}."


@happened.register
def _(fact: CommitmentAmended, named: Named) -> str:
    return f"{parts_put_right(fact, 'title', 'text')} of the commitment put right. {sentence(fact.reason)}"


@happened.register
def _(fact: CommitmentAdopted, named: Named) -> str:
    return f"{named(fact.partner)} adopted it from {plain_date(fact.adopted_from)}."


@happened.register
def _(fact: AdoptionWithdrawn, named: Named) -> str:
    return f"That {named(fact.partner)} adopted it was taken back. {sentence(fact.reason)}"


@happened.register
def _(fact: DerogationGranted, named: Named) -> str:
    return f"{named(fact.partner)} need not meet it in {listed(fact.periods)}, by {fact.decision}."


@happened.register
def _(fact: CommitmentWithdrawn, named: Named) -> str:
    by = f", by {fact.decision}" if fact.decision else ""
    return f"The commitment was withdrawn from {plain_date(fact.withdrawn_on)}{by}."
