"""What a decision brings about, in words."""

from __future__ import annotations

from collections.abc import Callable

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
from services.reporting.pack.wording import listed, plain_date, stage

Titled = Callable[[str], str]


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
