"""What the board resolves, who ratifies it, and who must do what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.events.base import PartnerCode
from contracts.events.decisions import Outcome
from services.programme.board.commands import ItemNumber, MeetingRef
from services.programme.core.command import Command, DateRule, Fields
from services.programme.core.fields import IsoDate, PartnerCodes, Ref, Refs, Text, Whole, Words
from services.programme.decisions.effects import EffectEntry

ActionRef = Annotated[Ref, Field(description="Reference of the action.", examples=["A01", "LAP-A01"])]
Reason = Annotated[Words, Field(description="Why.", examples=["The supplier needs another month."])]
DecisionRef = Annotated[Ref, Field(description="Reference of the decision.", examples=["D01", "LAP-D01"])]


class VoteEntry(Fields):
    """Who voted how, by id."""

    people: ClassVar[tuple[str, ...]] = ("for", "against", "abstained")

    in_favour: Annotated[Refs, Field(alias="for", description="Ids of those for it.", examples=[["U002", "U003"]])] = ()
    against: Annotated[Refs, Field(description="Ids of those against it.")] = ()
    abstained: Annotated[Refs, Field(description="Ids of those who abstained.")] = ()


class RatificationEntry(Fields):
    """The partners whose own committees must ratify."""

    partners: Annotated[
        PartnerCodes,
        Field(min_length=1, description="Codes of the partners.", examples=[["BRE", "HAC"]]),
    ]
    needed: Annotated[Whole, Field(ge=1, le=1_000, description="How many of them must have ratified.", examples=[2])]


class RecordDecision(Command):
    """Record what the board resolved on an agenda item. An agreed decision's effect is carried out, once."""

    concerns: ClassVar[str | None] = "meeting"

    meeting: MeetingRef
    item: ItemNumber
    code: Annotated[Ref, Field(description="Reference of the new decision.", examples=["D01"])]
    outcome: Annotated[Outcome, Field(description="What the board resolved.", examples=["agreed"])]
    text: Annotated[Words, Field(description="The decision in words.", examples=["The catalogue is approved."])]
    reasons: Annotated[Text | None, Field(description="Why.")] = None
    alternatives: Annotated[Text | None, Field(description="What else was considered.")] = None
    vote: Annotated[VoteEntry | None, Field(description="The vote; without one it was reached by consensus.")] = None
    effect: Annotated[
        EffectEntry | None,
        Field(
            description="What it brings about.",
            examples=[{"move_project": {"project": "P01", "stage": "approved"}}],
        ),
    ] = None
    ratified_by: Annotated[
        RatificationEntry | None, Field(description="The partners that must ratify it before it takes effect.")
    ] = None
    supersedes: Annotated[Ref | None, Field(description="An earlier decision that it replaces.", examples=["D01"])] = (
        None
    )

    def brings_in(self, partnership: str) -> Iterable[str]:
        """Yield what its effect brings in."""
        return () if self.effect is None else self.effect.brings_in(partnership)


class RatifyDecision(Command):
    """Record that a partner's own committee has ratified a decision."""

    concerns: ClassVar[str | None] = "decision"
    dates: ClassVar[Mapping[str, DateRule]] = {"on": DateRule.HAS_COME}

    decision: DecisionRef
    partner: Annotated[PartnerCode, Field(description="Code of the partner.", examples=["BRE"])]
    on: Annotated[IsoDate, Field(description="The day on which it did.", examples=["2014-09-15"])]


class AssignAction(Command):
    """Assign an action that comes from a decision."""

    concerns: ClassVar[str | None] = "decision"

    decision: DecisionRef
    code: Annotated[Ref, Field(description="Reference of the new action.", examples=["A01"])]
    text: Annotated[Words, Field(description="What must be done.")]
    owner: Annotated[PartnerCode, Field(description="Code of the partner that owns it.", examples=["LMA"])]
    person: Annotated[Ref | None, Field(description="Id of the person who sees to it.", examples=["U004"])] = None
    due: Annotated[IsoDate, Field(description="The day by which it is to be done.", examples=["2014-09-30"])]
    in_place_of: Annotated[
        Ref | None,
        Field(
            description="Reference of the open action that it words anew, from the same decision: it keeps when that"
            " was first due, and how often it was moved.",
            examples=["A01"],
        ),
    ] = None


class CompleteAction(Command):
    """Record that an action was done, with evidence."""

    concerns: ClassVar[str | None] = "action"
    dates: ClassVar[Mapping[str, DateRule]] = {"on": DateRule.HAS_COME}

    action: ActionRef
    on: Annotated[IsoDate, Field(description="The day on which it was done.", examples=["2014-09-12"])]
    evidence: Annotated[Words, Field(description="What shows that it was done.")]


class MoveAction(Command):
    """Give an action another due date; the original one is kept, and moves are counted."""

    concerns: ClassVar[str | None] = "action"

    action: ActionRef
    due: Annotated[IsoDate, Field(description="The day by which it is to be done now.", examples=["2014-10-31"])]
    reason: Reason


class ReassignAction(Command):
    """Give an action to another partner or person."""

    concerns: ClassVar[str | None] = "action"

    action: ActionRef
    owner: Annotated[PartnerCode, Field(description="Code of the partner that owns it from now on.", examples=["BRE"])]
    person: Annotated[Ref | None, Field(description="Id of the person who sees to it.", examples=["U004"])] = None
    reason: Reason


class DropAction(Command):
    """Drop an action that need not be done any more."""

    concerns: ClassVar[str | None] = "action"

    action: ActionRef
    reason: Reason


class ReopenAction(Command):
    """Take back that an action was done, or dropped."""

    concerns: ClassVar[str | None] = "action"

    action: ActionRef
    reason: Reason
