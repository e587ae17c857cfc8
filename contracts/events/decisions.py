"""Facts about what the board resolved, what that brought about, and who must do what."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from contracts.events.base import Fact, PartnerCode, PersonId, Reference, Text, date
from contracts.events.board import ItemNumber
from contracts.events.effects import Effect


class Outcome(StrEnum):
    """What the board resolved on an item."""

    AGREED = "agreed"
    AGREED_AS_AMENDED = "agreed_as_amended"
    NOT_AGREED = "not_agreed"
    DEFERRED = "deferred"
    NOTED = "noted"


class Votes(BaseModel):
    """Who voted how, by person."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    in_favour: tuple[PersonId, ...] = Field(default=(), alias="for")
    against: tuple[PersonId, ...] = ()
    abstained: tuple[PersonId, ...] = ()

    @property
    def is_tie(self) -> bool:
        """Whether as many voted for it as against it."""
        return len(self.in_favour) == len(self.against)


class RatificationRule(BaseModel):
    """The partners whose own committees must ratify, and how many of them must have."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    partners: tuple[PartnerCode, ...] = Field(min_length=1)
    needed: Annotated[int, Field(ge=1)]


class _OfDecision(Fact):
    decision: Reference

    def subject(self, partnership: str) -> str:
        return self.decision


class DecisionRecorded(_OfDecision):
    """The board resolved on an item of a meeting, or by a written procedure.

    Without a quorum (``quorate`` false) it only recommends. ``votes`` is None where it was reached by consensus.
    """

    meeting: Reference | None = None
    item: ItemNumber | None = None
    procedure: Reference | None = None
    outcome: Outcome
    text: Text
    reasons: Text | None = None
    alternatives: Text | None = None
    votes: Votes | None = None
    quorate: bool
    effect: Effect | None = None
    ratified_by: RatificationRule | None = None
    supersedes: Reference | None = None

    def touched(self, partnership: str) -> tuple[str, ...]:
        return (self.decision,) if self.supersedes is None else (self.decision, self.supersedes)


class RecommendationRatified(_OfDecision):
    """A recommended decision was ratified, ``by`` a later decision of a quorate meeting or a written procedure."""

    by: Reference


class DecisionRatifiedByPartner(_OfDecision):
    """A partner ratified a decision in its own committee."""

    partner: PartnerCode
    on: date


class EffectCarriedOut(_OfDecision):
    """The system carried out the effect of a decision, once."""


class EffectRefused(_OfDecision):
    """The effect of a decision could no longer be carried out; the reason is a sentence for people."""

    reason: Text


class ActionAssigned(Fact):
    """Someone must do something after a meeting.

    One that stands ``in_place_of`` another, worded anew, was first due when that was, and moved as often.
    """

    action: Reference
    decision: Reference
    text: Text
    owner: PartnerCode
    person: PersonId | None = None
    due: date
    in_place_of: Reference | None = None

    def subject(self, partnership: str) -> str:
        return self.action


class ActionCompleted(Fact):
    """An action was done, with evidence."""

    action: Reference
    on: date
    evidence: Text

    def subject(self, partnership: str) -> str:
        return self.action


class ActionMoved(Fact):
    """An action is due on another day; the original one is kept."""

    action: Reference
    due: date
    reason: Text

    def subject(self, partnership: str) -> str:
        return self.action


class ActionReassigned(Fact):
    """Another partner, or another person, is to do what an action says."""

    action: Reference
    owner: PartnerCode
    person: PersonId | None = None
    reason: Text

    def subject(self, partnership: str) -> str:
        return self.action


class ActionDropped(Fact):
    """Nobody needs to do any more what an action says."""

    action: Reference
    reason: Text

    def subject(self, partnership: str) -> str:
        return self.action


class ActionReopened(Fact):
    """An action that was done or dropped is to be done after all."""

    action: Reference
    reason: Text

    def subject(self, partnership: str) -> str:
        return self.action
