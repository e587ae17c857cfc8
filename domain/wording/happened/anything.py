"""What happened, whatever it was about, in one sentence."""

from __future__ import annotations

from contracts.events import Fact
from domain.wording.happened import (
    actions,
    board,
    capacity,
    commitments,
    decisions,
    partners,
    partnership,
    projects,
    returns,
    risks,
)
from domain.wording.happened.sentences import Named
from domain.wording.sentences import sentence

_TELLING = (partnership, partners, commitments, projects, capacity, returns, board, decisions, actions, risks)


def happened(fact: Fact, named: Named) -> str:
    """Return any fact in a sentence or two; one without words of its own by what its kind is called."""
    told = (capability.happened(fact, named) for capability in _TELLING)
    return next(filter(None, told), None) or sentence(fact.slug().replace("-", " "))
