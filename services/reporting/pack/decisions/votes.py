"""How a decision was reached, in words: the same in every form of a pack."""

from __future__ import annotations

from contracts.events.decisions import Outcome, Votes
from domain.register.decisions import AGREED, Decision

_SETTLED = AGREED | {Outcome.NOT_AGREED}


def how_reached(decision: Decision) -> str:
    """Return ``by consensus``, or the vote with its result: a tie is told with what decided it."""
    if decision.votes is None:
        return "by consensus"
    return f"by vote: {_counted(decision.votes)}{_decided_by(decision, decision.votes)}"


def _counted(votes: Votes) -> str:
    return f"{len(votes.in_favour)} for, {len(votes.against)} against, {len(votes.abstained)} abstained"


def _decided_by(decision: Decision, votes: Votes) -> str:
    if not votes.is_tie or decision.outcome not in _SETTLED:
        return ""
    if not votes.in_favour:
        return "; nobody voted for or against, so it was not carried"
    if decision.casting_vote is not None:
        return f"; a tie, decided by the chair’s casting vote {decision.casting_vote}"
    return "; a tie without a casting vote, so it was not carried"
