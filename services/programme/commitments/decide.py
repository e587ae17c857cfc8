"""Deciding on commitments: agreed, withdrawn and derogated by the board, adopted by partners."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from contracts.events import effects
from contracts.events.commitments import (
    AdoptionWithdrawn,
    CommitmentAdopted,
    CommitmentAgreed,
    CommitmentAmended,
    CommitmentWithdrawn,
    DerogationGranted,
    PeriodKind,
    QuantityMeasure,
    ReturnOnTimeMeasure,
)
from domain.register import Register
from domain.register.commitments import COMMITMENTS
from domain.register.papers import return_deadline
from domain.register.partners import PARTNERS
from services.programme.commitments.commands import (
    AdoptCommitment,
    AgreeCommitment,
    AmendCommitment,
    WithdrawAdoption,
)
from services.programme.commitments.lookup import find_period, first_bound
from services.programme.core import lookup, setup_phase
from services.programme.core.amendments import changes
from services.programme.core.decider import Context, Facts, NewEvent, Refused, carries_out, decides
from services.programme.partners.lookup import check_partner_or_coming


@decides(AgreeCommitment)
def agree_commitment(register: Register, command: AgreeCommitment, context: Context) -> Facts:
    setup_phase.must_be_under_way(register, "record a decision with the effect adopt_commitment")
    return agree(
        register,
        effects.AdoptCommitment.model_validate(command.model_dump()),
        forward_references=context.forward_references,
    )


@decides(AdoptCommitment)
def adopt_commitment(register: Register, command: AdoptCommitment, context: Context) -> Facts:
    commitment = lookup.find(COMMITMENTS, register, command.commitment)
    partner = lookup.find(PARTNERS, register, command.partner)
    if commitment.core and not partner.is_supporting_from(command.adopted_from):
        raise Refused(
            "commitment",
            f"{commitment.reference} is core: it binds {partner.code} as a full member, and supporting ones adopt it",
        )
    since = commitment.adopted_from.get(partner.code)
    if since is not None and since <= command.adopted_from:
        return []
    fact = CommitmentAdopted(commitment=commitment.reference, partner=partner.code, adopted_from=command.adopted_from)
    return [NewEvent(fact, command.adopted_from)]


@decides(WithdrawAdoption)
def withdraw_adoption(register: Register, command: WithdrawAdoption, context: Context) -> Facts:
    commitment = lookup.find(COMMITMENTS, register, command.commitment)
    partner = lookup.find(PARTNERS, register, command.partner)
    since = commitment.adopted_from.get(partner.code)
    if since is None:
        raise Refused(
            "partner", f"{partner.code} has not adopted {commitment.reference}; there is nothing to take back"
        )
    period = first_bound(register.calendar, commitment, since)
    due = return_deadline(register, register.calendar.quarter_of(period.last_day), context.now)
    if due <= context.now:
        raise Refused(
            "partner",
            f"{commitment.reference} has fallen due for {partner.code}, for {period.label}; the board can grant it a "
            "derogation, or withdraw the commitment",
        )
    return [AdoptionWithdrawn(commitment=commitment.reference, partner=partner.code, reason=command.reason)]


@decides(AmendCommitment)
def amend_commitment(register: Register, command: AmendCommitment, context: Context) -> Facts:
    commitment = lookup.find(COMMITMENTS, register, command.commitment)
    changed = changes(command, title=commitment.title, text=commitment.text)
    return [CommitmentAmended(commitment=commitment.reference, reason=command.reason, **changed)] if changed else []


@carries_out(effects.AdoptCommitment)
def agree(
    register: Register,
    part: effects.AdoptCommitment,
    decision: str | None = None,
    forward_references: AbstractSet[str] = frozenset(),
) -> Facts:
    """Return that the partnership takes on a commitment. Raises Refused where its parts do not fit together."""
    reference = lookup.free(COMMITMENTS, register, part.code)
    _check_end(part)
    if isinstance(part.measure, ReturnOnTimeMeasure) and part.period is not PeriodKind.QUARTER:
        raise Refused("period", f"return_on_time goes with the period quarter alone, not with {part.period}")
    if isinstance(part.measure, QuantityMeasure):
        for code in part.measure.targets:
            check_partner_or_coming(register, code, forward_references, f"measure.targets.{code}")
    fact = CommitmentAgreed(
        commitment=reference,
        title=part.title,
        text=part.text,
        core=part.core,
        in_force_from=part.in_force_from,
        period=part.period,
        by=part.by,
        measure=part.measure,
        decision=decision,
    )
    return [NewEvent(fact, part.in_force_from)]


@carries_out(effects.WithdrawCommitment)
def withdraw(register: Register, part: effects.WithdrawCommitment, decision: str) -> Facts:
    """Return that a commitment is withdrawn. Raises Refused where it has been already."""
    commitment = lookup.find(COMMITMENTS, register, part.commitment)
    if commitment.withdrawn_on is not None:
        raise Refused(
            "commitment", f"{commitment.reference} has been withdrawn already, from {commitment.withdrawn_on}"
        )
    fact = CommitmentWithdrawn(commitment=commitment.reference, withdrawn_on=part.on, decision=decision)
    return [NewEvent(fact, part.on)]


@carries_out(effects.GrantDerogation)
def derogate(register: Register, part: effects.GrantDerogation, decision: str) -> Facts:
    """Return that a partner has leave. Raises Refused where the commitment has no such periods."""
    commitment = lookup.find(COMMITMENTS, register, part.commitment)
    partner = lookup.find(PARTNERS, register, part.partner)
    for number, label in enumerate(part.periods):
        find_period(register, commitment, label, f"periods[{number}]")
    fact = DerogationGranted(
        commitment=commitment.reference, partner=partner.code, periods=part.periods, decision=decision
    )
    return [fact]


def _check_end(part: effects.AdoptCommitment) -> None:
    """A commitment that falls due once has a last day, and no other has."""
    if part.period is not PeriodKind.ONCE:
        if part.by is not None:
            raise Refused("by", f"by goes with the period once alone; leave it out with the period {part.period}")
    elif part.by is None:
        raise Refused("by", "a commitment that falls due once needs the day by which it is met; give it as by")
    elif part.by < part.in_force_from:
        raise Refused(
            "by", f"{part.by} lies before the commitment is in force; give {part.in_force_from} or a later day"
        )
