"""What happened to an action, each fact in one sentence."""

from __future__ import annotations

from functools import singledispatch

from contracts.events import Fact
from contracts.events.decisions import (
    ActionAssigned,
    ActionCompleted,
    ActionDropped,
    ActionMoved,
    ActionReassigned,
    ActionReopened,
)
from domain.wording.dates import plain_date
from domain.wording.happened.sentences import Named
from domain.wording.sentences import sentence


@singledispatch
def happened(fact: Fact, named: Named) -> str:
    """Return a fact about an action in a sentence or two; empty for a fact about something else."""
    return ""


@happened.register
def _(fact: ActionAssigned, named: Named) -> str:
    instead = f", in place of {fact.in_place_of}" if fact.in_place_of else ""
    return f"The action was assigned to {named(fact.owner)}, due {plain_date(fact.due)}{instead}."


@happened.register
def _(fact: ActionCompleted, named: Named) -> str:
    return f"The action was done on {plain_date(fact.on)}. {sentence(fact.evidence)}"


@happened.register
def _(fact: ActionMoved, named: Named) -> str:
    return f"The action is now due {plain_date(fact.due)}. {sentence(fact.reason)}"


@happened.register
def _(fact: ActionReassigned, named: Named) -> str:
    return f"The action is for {named(fact.owner)} from now on. {sentence(fact.reason)}"


@happened.register
def _(fact: ActionDropped, named: Named) -> str:
    return f"The action was dropped. {sentence(fact.reason)}"


@happened.register
def _(fact: ActionReopened, named: Named) -> str:
    return f"The action is to be done after all. {sentence(fact.reason)}"
