"""Decisions and actions as the API shows them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import Field

from contracts.events.board import Vote
from contracts.events.decisions import Outcome, RatificationRule, Votes
from domain.register import Register
from domain.register.decisions import ACTIONS, DECISIONS, Decision
from services.programme.core.resources import Collection, Shape, attributes
from services.runtime.web.lists.filters import Prose


class DecisionShape(Shape):
    """What the board resolved, and how far that has come."""

    reference: str
    meeting: str | None
    item: int | None
    procedure: str | None
    outcome: Outcome
    text: Prose
    reasons: Prose | None
    alternatives: Prose | None
    votes: Votes | None
    quorate: bool
    casting_vote: Annotated[Vote | None, Field(description="How the chair decided a tie.")]
    recommended: Annotated[bool, Field(description="Agreed without a quorum, and not ratified yet.")]
    awaits_ratification: Annotated[bool, Field(description="A quorum, or partners, have still to ratify it.")]
    effect: dict[str, Any] | None
    ratified_by: RatificationRule | None
    ratifications: Annotated[dict[str, dt.date], Field(description="By partner, the day on which it ratified.")]
    carried_out: bool
    failed: Annotated[Prose | None, Field(description="Why its effect could not be carried out.")]
    supersedes: str | None
    superseded_by: str | None
    effective_on: dt.date


class ActionShape(Shape):
    """What someone must do after a meeting."""

    reference: str
    decision: str
    text: Prose
    owner: str
    person: str | None
    due: dt.date
    original_due: dt.date
    moves: Annotated[int, Field(description="How often its due date was moved.")]
    completed_on: dt.date | None
    dropped_because: Prose | None
    evidence: str | None


def show_decision(register: Register, decision: Decision) -> DecisionShape:
    """Show a decision and how far it has come."""
    plain = (
        "reference meeting item procedure outcome text reasons alternatives votes casting_vote quorate ratifications "
        "awaits_ratification supersedes superseded_by effective_on"
    )
    return DecisionShape.model_validate(
        {
            **attributes(decision, plain),
            "recommended": decision.is_recommended,
            "effect": decision.effect.model_dump(mode="json", exclude_none=True) if decision.effect else None,
            "ratified_by": decision.rule,
            "carried_out": decision.carried_out_at is not None,
            "failed": decision.refused_because,
        }
    )


COLLECTIONS = (
    Collection(name="decisions", kind=DECISIONS, shape=DecisionShape, show=show_decision),
    Collection(name="actions", kind=ACTIONS, shape=ActionShape),
)
