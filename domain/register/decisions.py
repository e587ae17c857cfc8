"""The board's decisions, how far each has come, and the actions that follow from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from contracts.envelope import Recorded
from contracts.events.board import Vote
from contracts.events.decisions import (
    ActionAssigned,
    ActionCompleted,
    ActionDropped,
    ActionMoved,
    ActionReassigned,
    ActionReopened,
    DecisionRatifiedByPartner,
    DecisionRecorded,
    EffectCarriedOut,
    EffectRefused,
    Outcome,
    RatificationRule,
    RecommendationRatified,
    Votes,
)
from contracts.events.effects import Effect
from contracts.events.partnership import Role
from domain.register import amendments
from domain.register.applying import applies, named_partner
from domain.register.kinds import Kind

if TYPE_CHECKING:
    from domain.register import Register

AGREED = frozenset({Outcome.AGREED, Outcome.AGREED_AS_AMENDED})


@dataclass(slots=True)
class Decision:
    """What the board resolved on one agenda item, or by a written procedure.

    ``ratifications`` is by partner: the date on which its own committee ratified. ``casting_vote`` is the vote by
    which the chair of that day decided a tie.
    """

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
    effect: Effect | None
    rule: RatificationRule | None
    supersedes: str | None
    effective_on: date
    recorded_at: datetime
    casting_vote: Vote | None = None
    superseded_by: str | None = None
    recommendation_ratified_by: str | None = None
    ratifications: dict[str, date] = field(default_factory=dict)
    carried_out_at: datetime | None = None
    refused_at: datetime | None = None
    refused_because: str | None = None

    @property
    def stands(self) -> bool:
        """Whether the board has resolved it: with a quorum, or ratified since by one."""
        return self.quorate or self.recommendation_ratified_by is not None

    @property
    def is_recommended(self) -> bool:
        """Whether it was agreed without a quorum, and nothing has ratified it yet."""
        return self.outcome in AGREED and not self.stands

    @property
    def awaits_partners(self) -> bool:
        """Whether fewer partners than needed have ratified it in their own committees."""
        return self.outcome in AGREED and self.rule is not None and len(self.ratifications) < self.rule.needed

    @property
    def awaits_ratification(self) -> bool:
        """Whether somebody has still to ratify it, a quorum or partners, and no later decision took its place."""
        return (self.is_recommended or self.awaits_partners) and self.superseded_by is None


@dataclass(slots=True)
class Action:
    """What someone must do after a meeting; ``due`` is as first set unless it was changed since.

    ``original_due`` and ``moves`` are those of what is to be done, however often it was worded anew.
    """

    reference: str
    decision: str
    text: str
    owner: str
    person: str | None
    due: date
    original_due: date
    assigned_at: datetime
    completed_on: date | None = None
    completed_at: datetime | None = None
    evidence: str | None = None
    moves: int = 0
    dropped_at: datetime | None = None
    dropped_because: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.completed_on is None and self.dropped_at is None


DECISIONS: Kind[Decision] = Kind("decision", "D", lambda register: register.decisions, digits=3)
ACTIONS: Kind[Action] = Kind("action", "A", lambda register: register.actions, digits=3, is_owned=True)


def casting_vote(register: Register, votes: Votes | None, on: date) -> Vote | None:
    """Return how the chair voted where a meeting's votes are a tie; None where they are none, or no chair voted.

    The chair is whoever has that role ``on`` the date of the meeting. Source: domain.md section 6.
    """
    if votes is None or not votes.is_tie:
        return None
    for vote, people in ((Vote.FOR, votes.in_favour), (Vote.AGAINST, votes.against)):
        if any(Role.CHAIR in register.people[each].roles_on(on) for each in people):
            return vote
    return None


def _owner_of_action(register: Register, fact: ActionCompleted | ActionReopened, day: date) -> tuple[str]:
    return (register.actions[fact.action].owner,)


@applies(DecisionRecorded)
def recorded(register: Register, fact: DecisionRecorded, event: Recorded) -> None:
    held_on = event.effective_on if fact.meeting is None else register.meetings[fact.meeting].date
    register.decisions[fact.decision] = Decision(
        reference=fact.decision,
        meeting=fact.meeting,
        item=fact.item,
        procedure=fact.procedure,
        outcome=fact.outcome,
        text=fact.text,
        reasons=fact.reasons,
        alternatives=fact.alternatives,
        votes=fact.votes,
        casting_vote=casting_vote(register, fact.votes, held_on) if fact.procedure is None else None,
        quorate=fact.quorate,
        effect=fact.effect,
        rule=fact.ratified_by,
        supersedes=fact.supersedes,
        effective_on=event.effective_on,
        recorded_at=event.recorded_at,
    )
    _supersede(register, register.decisions[fact.decision])


@applies(RecommendationRatified)
def recommendation_ratified(register: Register, fact: RecommendationRatified, event: Recorded) -> None:
    register.decisions[fact.decision].recommendation_ratified_by = fact.by
    _supersede(register, register.decisions[fact.decision])


@applies(DecisionRatifiedByPartner, about=named_partner)
def ratified_by_partner(register: Register, fact: DecisionRatifiedByPartner, event: Recorded) -> None:
    register.decisions[fact.decision].ratifications[fact.partner] = fact.on


@applies(EffectCarriedOut)
def effect_carried_out(register: Register, fact: EffectCarriedOut, event: Recorded) -> None:
    register.decisions[fact.decision].carried_out_at = event.recorded_at


@applies(EffectRefused)
def effect_refused(register: Register, fact: EffectRefused, event: Recorded) -> None:
    decision = register.decisions[fact.decision]
    decision.refused_at, decision.refused_because = event.recorded_at, fact.reason


@applies(ActionAssigned)
def action_assigned(register: Register, fact: ActionAssigned, event: Recorded) -> None:
    former = register.actions[fact.in_place_of] if fact.in_place_of else None
    register.actions[fact.action] = Action(
        reference=fact.action,
        decision=fact.decision,
        text=fact.text,
        owner=fact.owner,
        person=fact.person,
        due=fact.due,
        original_due=former.original_due if former else fact.due,
        assigned_at=event.recorded_at,
        moves=former.moves if former else 0,
    )


@applies(ActionCompleted, about=_owner_of_action)
def action_completed(register: Register, fact: ActionCompleted, event: Recorded) -> None:
    action = register.actions[fact.action]
    action.completed_on, action.completed_at, action.evidence = fact.on, event.recorded_at, fact.evidence


@applies(ActionMoved)
def action_moved(register: Register, fact: ActionMoved, event: Recorded) -> None:
    action = register.actions[fact.action]
    amendments.note(register, event, fact.action, fact.reason, {"due": (action.due, fact.due)})
    action.due = fact.due
    action.moves += 1


@applies(ActionReassigned)
def action_reassigned(register: Register, fact: ActionReassigned, event: Recorded) -> None:
    action = register.actions[fact.action]
    amendments.note(register, event, fact.action, fact.reason, {"owner": (action.owner, fact.owner)})
    action.owner, action.person = fact.owner, fact.person


@applies(ActionDropped)
def action_dropped(register: Register, fact: ActionDropped, event: Recorded) -> None:
    action = register.actions[fact.action]
    action.dropped_at, action.dropped_because = event.recorded_at, fact.reason


@applies(ActionReopened, about=_owner_of_action)
def action_reopened(register: Register, fact: ActionReopened, event: Recorded) -> None:
    action = register.actions[fact.action]
    was = "dropped" if action.completed_on is None else "done"
    amendments.note(register, event, fact.action, fact.reason, {"status": (was, "open")})
    action.completed_on, action.completed_at, action.evidence = None, None, None
    action.dropped_at, action.dropped_because = None, None


def _supersede(register: Register, decision: Decision) -> None:
    """A decision supersedes an earlier one once it stands itself: what was only recommended has no effect yet.

    Where another one stood first, the earlier decision is its, and stays so.
    """
    if decision.supersedes is None or not decision.stands:
        return
    earlier = register.decisions[decision.supersedes]
    earlier.superseded_by = earlier.superseded_by or decision.reference
