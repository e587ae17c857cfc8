"""What happened to the agenda of a meeting, each fact in one sentence."""

from __future__ import annotations

from functools import singledispatch

from contracts.events import Fact
from contracts.events.board import AgendaItemAdded, AgendaItemAmended, AgendaItemRemoved
from domain.wording.happened.sentences import Named
from domain.wording.sentences import sentence


@singledispatch
def happened(fact: Fact, named: Named) -> str:
    """Return a fact about an agenda in a sentence or two; empty for a fact about something else."""
    return ""


@happened.register
def _(fact: AgendaItemAdded, named: Named) -> str:
    return f"Item {fact.item}, “{fact.title}”, was put on the agenda."


@happened.register
def _(fact: AgendaItemAmended, named: Named) -> str:
    return f"Item {fact.item}, “{fact.title}”, was amended."


@happened.register
def _(fact: AgendaItemRemoved, named: Named) -> str:
    return f"Item {fact.item} was taken off the agenda. {sentence(fact.reason)}"
