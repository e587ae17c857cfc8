"""Deciding on decisions of the board and their ratification by partners' own committees."""

from __future__ import annotations

from datetime import date

from contracts.events.decisions import DecisionRatifiedByPartner, DecisionRecorded, Outcome, RatificationRule, Votes
from domain.register import Register
from domain.register.board import Meeting, MeetingState
from domain.register.decisions import AGREED, DECISIONS, Decision
from domain.register.partners import PARTNERS
from services.programme.board.decide import agenda_item, meeting_that_is
from services.programme.board.seats import gone_by, is_quorum, seats_at
from services.programme.core import lookup
from services.programme.core.dates import check_dates
from services.programme.core.decider import Context, Facts, NewEvent, Refused, decides
from services.programme.decisions.carrying_out import check_effect
from services.programme.decisions.commands import RatificationEntry, RatifyDecision, RecordDecision, VoteEntry
from services.programme.decisions.consequences import EffectiveDecision, foreseen, in_effect, replaced_by, taking_effect
from services.programme.decisions.voting import check_votes


@decides(RecordDecision)
def record(register: Register, command: RecordDecision, context: Context) -> Facts:
    meeting = meeting_that_is(register, command.meeting, MeetingState.IN_PROGRESS, so="nothing can be decided at it")
    item = agenda_item(meeting, command.item)
    _check_undecided(register, meeting, command.item)
    reference = lookup.free(DECISIONS, register, command.code)
    votes = _votes(command.vote)
    if votes is not None:
        check_votes(register, meeting, command.item, votes, command.outcome)
    effect = command.effect.as_fact() if command.effect else None
    today = register.calendar.local_date(context.now)
    taken = EffectiveDecision(reference, effect, item.about, today, replaced_by(command.supersedes))
    _check_effect_of(register, taken, context)
    rule = _rule(register, command.ratified_by)
    if command.supersedes is not None:
        _check_supersedes(register, command.supersedes)
    seats = seats_at(register, meeting, item.number).values()
    quorate = is_quorum(register.partnership.rules_on(meeting.date), seats, gone_by(register, meeting.date))
    recorded = DecisionRecorded(
        decision=reference,
        meeting=meeting.reference,
        item=item.number,
        outcome=command.outcome,
        text=command.text,
        reasons=command.reasons,
        alternatives=command.alternatives,
        votes=votes,
        quorate=quorate,
        effect=effect,
        ratified_by=rule,
        supersedes=command.supersedes,
    )
    if command.outcome not in AGREED or not quorate or rule is not None:
        return [recorded]
    return [recorded, *taking_effect(register, taken, context)]


@decides(RatifyDecision)
def ratify(register: Register, command: RatifyDecision, context: Context) -> Facts:
    decision = lookup.find(DECISIONS, register, command.decision)
    lookup.find(PARTNERS, register, command.partner)
    rule = _rule_of(decision)
    if command.partner not in rule.partners:
        raise Refused(
            "partner", f"{decision.reference} is ratified by {lookup.listed(rule.partners)}, not by {command.partner}"
        )
    if command.partner in decision.ratifications:
        since = decision.ratifications[command.partner]
        raise Refused("partner", f"{command.partner} has ratified {decision.reference} already, on {since}")
    check_dates(register, command, context)
    ratified = NewEvent(
        DecisionRatifiedByPartner(decision=decision.reference, partner=command.partner, on=command.on), command.on
    )
    if not decision.stands or len(decision.ratifications) + 1 != rule.needed:
        return [ratified]
    on = _complete_on(decision, command.on)
    return [ratified, *taking_effect(register, in_effect(register, decision, on), context)]


def _check_effect_of(register: Register, decision: EffectiveDecision, context: Context) -> None:
    """Raise Refused where an effect is possible neither as things stand nor once what is ratified with it is done."""
    if decision.effect is None:
        return
    try:
        check_effect(register, decision.effect, context)
    except Refused:
        ahead = foreseen(register, decision, context)
        if ahead is register:
            raise
        check_effect(ahead, decision.effect, context)


def _complete_on(decision: Decision, last: date) -> date:
    """Return the day on which the stated number of ratifications had been reached, in whatever order they came in."""
    return max(decision.effective_on, last, *decision.ratifications.values())


def _check_undecided(register: Register, meeting: Meeting, item: int) -> None:
    """An item is decided once, unless what was decided was to defer it, or there was no quorum."""
    for earlier in register.decisions.values():
        if (earlier.meeting, earlier.item) != (meeting.reference, item):
            continue
        if earlier.quorate and earlier.outcome is not Outcome.DEFERRED:
            raise Refused(
                "item",
                f"item {item} of {meeting.reference} was decided by {earlier.reference}; "
                "a decision is never edited: a later one, on another item, can supersede it",
            )


def _check_supersedes(register: Register, reference: str) -> None:
    earlier = lookup.find(DECISIONS, register, reference, "supersedes")
    if earlier.superseded_by is not None:
        raise Refused(
            "supersedes", f"{reference} has been superseded already, by {earlier.superseded_by}; supersede that"
        )


def _votes(entry: VoteEntry | None) -> Votes | None:
    if entry is None:
        return None
    return Votes(in_favour=entry.in_favour, against=entry.against, abstained=entry.abstained)


def _rule(register: Register, entry: RatificationEntry | None) -> RatificationRule | None:
    if entry is None:
        return None
    for number, code in enumerate(entry.partners):
        lookup.find(PARTNERS, register, code, f"ratified_by.partners[{number}]")
    partners = tuple(dict.fromkeys(entry.partners))
    if entry.needed > len(partners):
        raise Refused(
            "ratified_by.needed",
            f"{entry.needed} cannot ratify, as {len(partners)} are named; name more, or need fewer",
        )
    return RatificationRule(partners=partners, needed=entry.needed)


def _rule_of(decision: Decision) -> RatificationRule:
    """Return who must ratify a decision. Raises Refused where nobody must, or where there is nothing to ratify."""
    if decision.rule is None:
        raise Refused("decision", f"{decision.reference} needs no ratification by partners")
    if decision.outcome not in AGREED:
        raise Refused(
            "decision", f"{decision.reference} was {decision.outcome.replace('_', ' ')}; there is nothing to ratify"
        )
    if decision.superseded_by is not None:
        raise Refused("decision", f"{decision.reference} was superseded by {decision.superseded_by}; ratify that one")
    return decision.rule
