"""The objects of a partnership as the API shows them. No person's name is among them: those are in the directory."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from contracts.events.board import BreachNoted, InterestFollows, ItemKind, Vote
from contracts.events.commitments import Measure, PeriodKind
from contracts.events.decisions import Outcome, RatificationRule, Votes
from contracts.events.partners import Membership, PartnerKind
from contracts.events.partnership import BoardAmendment, BoardRules, Role
from contracts.events.projects import Confidence, Stage
from domain.register.board import MeetingState


class Shape(BaseModel):
    """Something that is shown; made from the register's own object."""

    model_config = ConfigDict(from_attributes=True, serialize_by_alias=True)


class AmendmentShape(Shape):
    """What holds for meetings on or after a day; null for each that stays as it is."""

    holds_from: Annotated[dt.date, Field(serialization_alias="from", description="First date that it holds for.")]
    name: str | None
    vision: str | None
    holidays: str | None
    board: BoardAmendment
    reason: str


class PartnershipShape(Shape):
    """A partnership and how its board works, as at the last event; ``version`` counts the events of its log."""

    code: str
    name: str
    vision: str
    formed_on: dt.date
    financial_year_start_month: int
    timezone: str
    holidays: str
    board: BoardRules
    amendments: list[AmendmentShape]
    version: int


class MembershipShape(Shape):
    """What kind of member a partner is from a day on."""

    membership: Membership
    since: Annotated[dt.date, Field(serialization_alias="from", description="First day of it.")]


class PartnerShape(Shape):
    """A member organisation. ``memberships`` are in the order in which they were recorded."""

    code: str
    name: str
    kind: PartnerKind
    gss: str | None
    joined_on: dt.date
    left_on: Annotated[dt.date | None, Field(description="First day no longer a member.")]
    memberships: list[MembershipShape]


class HeldShape(Shape):
    """A role that a person holds for a partner, or for none."""

    role: Role
    partner: str | None
    until: Annotated[dt.date | None, Field(description="First day without it, where it ends.")]


class PersonShape(Shape):
    """A person, by an opaque id, with every role that was given to them."""

    id: str
    partners: tuple[str, ...]
    held: tuple[HeldShape, ...]


class DerogationShape(Shape):
    """Leave for a partner not to meet a commitment."""

    partner: str
    periods: tuple[str, ...]
    decision: str


class CommitmentShape(Shape):
    """Something that each partner agrees to do."""

    reference: str
    title: str
    text: str
    core: bool
    in_force_from: dt.date
    withdrawn_on: dt.date | None
    period: PeriodKind
    by: dt.date | None
    measure: Measure
    decision: str | None
    adopted_from: dict[str, dt.date]
    derogations: list[DerogationShape]


class ConfidenceShape(Shape):
    """A judgement of delivery."""

    confidence: Confidence
    reason: str
    effective_on: dt.date


class HighlightShape(Shape):
    """What was achieved, what comes next, what help is needed."""

    progress: str
    next: str
    help_needed: str | None
    effective_on: dt.date


class ProjectShape(Shape):
    """A project, without its workplan."""

    reference: str
    title: str
    purpose: str
    lead: str
    taking_part: tuple[str, ...]
    stage: Stage
    tolerance_days: int
    confidence: ConfidenceShape | None


class DroppingShape(Shape):
    """Why a milestone turned out to be needless."""

    reason: str
    effective_on: dt.date
    decision: str | None


class MilestoneShape(Shape):
    """One point of a workplan."""

    reference: str
    title: str
    owner: str
    person: str | None
    baseline: dt.date | None
    forecast: dt.date
    actual: dt.date | None
    reforecasts: int
    depends_on: tuple[str, ...]
    dropped: DroppingShape | None


class WorkplanShape(ProjectShape):
    """A project with its latest highlight and its milestones."""

    highlight: HighlightShape | None
    milestones: list[MilestoneShape]


class RiskShape(Shape):
    """A risk as it was last assessed."""

    reference: str
    title: str
    cause: str
    effect: str
    response: str
    owner: str
    likelihood: int
    impact: int
    score: int
    raised_on: dt.date
    closed_on: dt.date | None


def _as_written(at: dt.time) -> str:
    return at.isoformat("seconds" if at.second else "minutes")


LocalTime = Annotated[
    dt.time,
    PlainSerializer(_as_written, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$", "examples": ["14:00"]}),
]


class MeetingShape(Shape):
    """A meeting of the project board, without its agenda."""

    reference: str
    date: dt.date
    time: LocalTime
    place: str | None
    state: MeetingState


class ItemShape(Shape):
    """One item of an agenda; ``breach`` where the system put it there."""

    number: int
    kind: ItemKind
    title: str
    about: str | None
    recommendation: str | None
    owner: str | None
    breach: BreachNoted | None


class AttendanceShape(Shape):
    """Who was there, by id; ``substitutes`` maps an absent member to the person in its place."""

    present: tuple[str, ...]
    apologies: tuple[str, ...]
    substitutes: dict[str, str]


class InterestShape(Shape):
    """A declared interest."""

    item: int
    person: str
    nature: str
    follows: InterestFollows


class AgendaShape(MeetingShape):
    """A meeting with its agenda and its record."""

    cancelled_because: str | None
    items: list[ItemShape]
    attendance: AttendanceShape | None
    interests: list[InterestShape]


class DecisionShape(Shape):
    """What the board resolved, and how far that has come."""

    reference: str
    meeting: str | None
    item: int | None
    procedure: str | None
    outcome: Outcome
    text: str
    reasons: str | None
    alternatives: str | None
    votes: Votes | None
    quorate: bool
    casting_vote: Annotated[Vote | None, Field(description="How the chair decided a tie.")]
    recommended: Annotated[bool, Field(description="Agreed without a quorum, and not ratified yet.")]
    awaits_ratification: Annotated[bool, Field(description="A quorum, or partners, have still to ratify it.")]
    effect: dict[str, Any] | None
    ratified_by: RatificationRule | None
    ratifications: Annotated[dict[str, dt.date], Field(description="By partner, the day on which it ratified.")]
    carried_out: bool
    failed: Annotated[str | None, Field(description="Why its effect could not be carried out.")]
    supersedes: str | None
    superseded_by: str | None
    effective_on: dt.date


class ActionShape(Shape):
    """What someone must do after a meeting."""

    reference: str
    decision: str
    text: str
    owner: str
    person: str | None
    due: dt.date
    original_due: dt.date
    moves: Annotated[int, Field(description="How often its due date was moved.")]
    completed_on: dt.date | None
    dropped_because: str | None
    evidence: str | None


class ProcedureShape(Shape):
    """A written procedure with the answers so far, by person."""

    reference: str
    title: str
    text: str
    closes_at: dt.datetime
    about: str | None
    effect: dict[str, Any] | None
    answers: dict[str, Vote]
    quorate: bool | None
    passed: bool | None
