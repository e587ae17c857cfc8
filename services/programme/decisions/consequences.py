"""What follows once a decision takes effect: what it recommends is ratified, what it brings about is carried out."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contracts.envelope import Cause, seal
from contracts.events.decisions import EffectCarriedOut, EffectRefused, RecommendationRatified
from contracts.events.effects import Effect
from domain.register import Register, apply
from domain.register.decisions import Decision
from services.programme.core.decider import Context, NewEvent, Refused
from services.programme.decisions.carrying_out import carry_out


@dataclass(frozen=True, slots=True)
class EffectiveDecision:
    """A decision that takes effect: its effect, the recommended decision that it is about, and from when.

    ``replaced`` are the decisions that it supersedes, or those through which it is ratified: none of them is ratified.
    """

    decision: str
    effect: Effect | None
    about: str | None
    on: date
    replaced: frozenset[str] = frozenset()


def in_effect(
    register: Register, decision: Decision, on: date, replaced: frozenset[str] = frozenset()
) -> EffectiveDecision:
    """Return a recorded decision as one that takes effect on ``on``."""
    replaced |= replaced_by(decision.supersedes)
    return EffectiveDecision(decision.reference, decision.effect, item_about(register, decision), on, replaced)


def replaced_by(supersedes: str | None) -> frozenset[str]:
    """Return the decision that one supersedes, as a set."""
    return frozenset(() if supersedes is None else (supersedes,))


def item_about(register: Register, decision: Decision) -> str | None:
    """Return what the agenda item is about on which the decision was taken."""
    if decision.meeting is None or decision.item is None:
        return None
    return register.meetings[decision.meeting].items[decision.item].about


def taking_effect(register: Register, decision: EffectiveDecision, context: Context) -> list[NewEvent]:
    """Return everything that follows when ``decision`` takes effect.

    An effect that can no longer be carried out is refused in words, and the decision stands.
    """
    recommended = _ratified_by(register, decision)
    if recommended is None:
        return _carried_out(register, decision)
    ratified = ratifying(register, recommended.reference, decision.decision, context, decision.on, decision.replaced)
    carried_out = EffectCarriedOut(decision=recommended.reference)
    if decision.effect == recommended.effect and carried_out in (each.fact for each in ratified):
        return [*ratified, NewEvent(EffectCarriedOut(decision=decision.decision), decision.on)]
    afterwards = register if decision.effect is None else _after(register, ratified, context)
    return [*ratified, *_carried_out(afterwards, decision)]


def foreseen(register: Register, decision: EffectiveDecision, context: Context) -> Register:
    """Return the register upon which the effect of ``decision`` will be carried out: with what it ratifies."""
    recommended = _ratified_by(register, decision)
    if recommended is None or decision.effect is None:
        return register
    ratified = ratifying(register, recommended.reference, decision.decision, context, decision.on, decision.replaced)
    return _after(register, ratified, context)


def ratifying(
    register: Register,
    recommended: str,
    by: str,
    context: Context,
    on: date | None = None,
    replaced: frozenset[str] = frozenset(),
) -> list[NewEvent]:
    """Return that ``by`` ratifies a recommended decision, and what follows from that.

    ``replaced`` are decisions that this very command supersedes.
    """
    decision = register.decisions[recommended]
    if not decision.is_recommended or decision.superseded_by is not None:
        return []
    day = on or register.calendar.local_date(context.now)
    ratified = NewEvent(RecommendationRatified(decision=recommended, by=by), day)
    if decision.awaits_partners:
        return [ratified]
    return [ratified, *taking_effect(register, in_effect(register, decision, day, replaced), context)]


def _ratified_by(register: Register, decision: EffectiveDecision) -> Decision | None:
    """Return the recommendation that the decision is about, unless it replaces that one."""
    recommended = register.decisions.get(decision.about or "")
    if recommended is None or not recommended.is_recommended or recommended.superseded_by is not None:
        return None
    return None if recommended.reference in decision.replaced else recommended


def _carried_out(register: Register, decision: EffectiveDecision) -> list[NewEvent]:
    if decision.effect is None:
        return []
    try:
        facts = carry_out(register, decision.effect, decision.decision, decision.on)
    except Refused as refused:
        return [NewEvent(EffectRefused(decision=decision.decision, reason=refused.problem), decision.on)]
    return [*facts, NewEvent(EffectCarriedOut(decision=decision.decision), decision.on)]


def _after(register: Register, decided: Sequence[NewEvent], context: Context) -> Register:
    """Return the register as it will be once ``decided`` has been recorded, and leave the present one as it is.

    The copy is made only where two effects follow from one command and the second must see the first.
    """
    ahead = copy.deepcopy(register)
    cause = Cause(context.actor, "ahead", "ahead")
    for each in decided:
        event = seal(
            "programme",
            register.code,
            ahead.position,
            each.fact,
            recorded_at=context.now,
            effective_on=each.effective_on,
            cause=cause,
        )
        apply(ahead, event)
    return ahead
