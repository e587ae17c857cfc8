"""What happened to a decision of the board, each fact in one sentence."""

from __future__ import annotations

from functools import singledispatch

from contracts.events import Fact
from contracts.events.decisions import (
    DecisionRatifiedByPartner,
    DecisionRecorded,
    EffectCarriedOut,
    EffectRefused,
    RecommendationRatified,
)
from domain.register.decisions import AGREED
from domain.wording.dates import plain_date
from domain.wording.decisions import OUTCOMES
from domain.wording.happened.sentences import Named
from domain.wording.sentences import sentence


@singledispatch
def happened(fact: Fact, named: Named) -> str:
    """Return a fact about a decision in a sentence or two; empty for a fact about something else."""
    return ""


@happened.register
def _(fact: DecisionRecorded, named: Named) -> str:
    where = f"item {fact.item} of {fact.meeting}" if fact.meeting else f"the written procedure {fact.procedure}"
    without = ", without a quorum, as a recommendation" if fact.outcome in AGREED and not fact.quorate else ""
    instead = f" It supersedes {fact.supersedes}." if fact.supersedes else ""
    return f"The decision on {where} was recorded: {OUTCOMES[fact.outcome].lower()}{without}.{instead}"


@happened.register
def _(fact: RecommendationRatified, named: Named) -> str:
    return f"The recommendation was ratified by {fact.by}."


@happened.register
def _(fact: DecisionRatifiedByPartner, named: Named) -> str:
    return f"{named(fact.partner)} ratified it on {plain_date(fact.on)}."


@happened.register
def _(fact: EffectCarriedOut, named: Named) -> str:
    return "What it brings about was carried out."


@happened.register
def _(fact: EffectRefused, named: Named) -> str:
    return f"What it brings about could not be carried out. {sentence(fact.reason)}"
