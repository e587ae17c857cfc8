"""Decisions and actions in words: how one was reached, what it brings about, and how far that has come."""

from __future__ import annotations

from collections.abc import Callable

from contracts.events.decisions import Outcome, Votes
from contracts.events.effects import (
    AdmitPartner,
    AdoptCommitment,
    DropMilestone,
    Effect,
    GrantDerogation,
    MoveProject,
    RecordPartnerLeaving,
    SetBaseline,
    WithdrawCommitment,
)
from domain.calendar import Calendar
from domain.register.decisions import AGREED, Decision
from domain.wording.cells import Cell, Tone
from domain.wording.dates import plain_date
from domain.wording.projects import stage
from domain.wording.sentences import listed, sentence

OUTCOMES = {
    Outcome.AGREED: "Agreed",
    Outcome.AGREED_AS_AMENDED: "Agreed as amended",
    Outcome.NOT_AGREED: "Not agreed",
    Outcome.DEFERRED: "Deferred",
    Outcome.NOTED: "Noted",
}
ACTIONS = {
    "done": Cell("Done", tone=Tone.GOOD),
    "overdue": Cell("Overdue", tone=Tone.BAD),
    "open": Cell("Open", tone=Tone.NEUTRAL),
    "dropped": Cell("Dropped", tone=Tone.NEUTRAL),
}

Titled = Callable[[str], str]
_UNAGREED = {
    Outcome.NOT_AGREED: "the board did not agree to it",
    Outcome.DEFERRED: "the board deferred it",
    Outcome.NOTED: "the board only noted it",
}
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


def effect_of(decision: Decision, titled: Titled, calendar: Calendar) -> Cell:
    """Return what a decision brings about, and how far that has come."""
    if decision.effect is None:
        return Cell("None.")
    text = sentence(effect_in_words(decision.effect, titled))
    if decision.carried_out_at is not None:
        on = plain_date(calendar.local_date(decision.carried_out_at))
        return Cell(text, f"carried out on {on}", Tone.GOOD)
    if decision.refused_because is not None:
        return Cell(text, f"could not be carried out: {decision.refused_because}", Tone.BAD)
    if decision.outcome not in AGREED:
        return Cell(text, f"not carried out: {_UNAGREED[decision.outcome]}")
    if decision.superseded_by is not None:
        return Cell(text, f"not carried out: superseded by {decision.superseded_by}")
    return Cell(text, "waits for ratification", Tone.CAUTION)


def effect_in_words(effect: Effect, titled: Titled) -> str:
    """Return an effect in words, without a full stop; ``titled`` names what a reference or code stands for."""
    match effect.content:
        case MoveProject() as move:
            words = f"{titled(move.project)} moves to “{stage(move.stage)}”"
        case DropMilestone() as dropped:
            words = f"{titled(dropped.milestone)} is dropped"
        case SetBaseline() as baseline:
            words = _baseline(baseline, titled)
        case AdoptCommitment() as adopted:
            kind = "a core commitment" if adopted.core else "an optional commitment"
            words = f"{adopted.code} {adopted.title} becomes {kind} from {plain_date(adopted.in_force_from)}"
        case WithdrawCommitment() as withdrawn:
            words = f"{titled(withdrawn.commitment)} is withdrawn from {plain_date(withdrawn.on)}"
        case GrantDerogation() as leave:
            words = f"{titled(leave.partner)} need not meet {titled(leave.commitment)} in {listed(leave.periods)}"
        case AdmitPartner() as admitted:
            words = f"{admitted.name} joins on {plain_date(admitted.joined_on)}"
        case RecordPartnerLeaving() as leaving:
            words = f"{titled(leaving.partner)} is no longer a partner from {plain_date(leaving.left_on)}"
        case _:
            raise TypeError(f"there are no words for the effect {effect.name}")
    return words


def _baseline(baseline: SetBaseline, titled: Titled) -> str:
    if baseline.milestones is None:
        return f"each forecast of {titled(baseline.project)} becomes its baseline"
    dates = (f"{titled(milestone)} on {plain_date(day)}" for milestone, day in baseline.milestones.items())
    return f"these become the baselines: {listed(dates)}"
