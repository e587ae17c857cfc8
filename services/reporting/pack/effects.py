"""What a decision brings about, in words."""

from __future__ import annotations

from collections.abc import Callable

from contracts.events.decisions import Outcome
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
from services.reporting.pack.document import Cell, Tone
from services.reporting.pack.wording import listed, plain_date, sentence, stage

Titled = Callable[[str], str]
_UNAGREED = {
    Outcome.NOT_AGREED: "the board did not agree to it",
    Outcome.DEFERRED: "the board deferred it",
    Outcome.NOTED: "the board only noted it",
}


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
