"""Deciding on what partners report."""

from __future__ import annotations

from contracts.events.returns import (
    CommitmentAttested,
    EvidenceItem,
    EvidenceSubmitted,
    QuantityReported,
    ReportKind,
    ReportWithdrawn,
    ReturnSubmitted,
)
from domain.calendar import Period
from domain.register import Register
from domain.register.commitments import COMMITMENTS, Commitment
from domain.register.partners import PARTNERS, Partner
from services.programme.commitments.lookup import find_period
from services.programme.core import lookup
from services.programme.core.dates import check_dates, check_has_begun
from services.programme.core.decider import Context, Facts, NewEvent, Refused, decides
from services.programme.returns.commands import (
    AttestCommitment,
    ReportQuantity,
    SubmitEvidence,
    SubmitReturn,
    WithdrawReport,
)

_REPORTED_BY = {
    "attestation": "it is attested (attest_commitment)",
    "quantity": "amounts are reported for it (report_quantity)",
    "evidence": "evidence is submitted for it (submit_evidence)",
    "return_on_time": "nothing is reported for it, as the return of the quarter shows it",
    "takes_part": "nothing is reported for it, as taking part in a project shows it",
}


@decides(AttestCommitment)
def attest(register: Register, command: AttestCommitment, context: Context) -> Facts:
    commitment = _measured_by(register, command.commitment, "attestation")
    partner = lookup.find(PARTNERS, register, command.partner)
    period = find_period(register, commitment, command.period)
    check_has_begun(register, period, context)
    _check_membership(partner, period)
    given = command.evidence
    fact = CommitmentAttested(
        commitment=commitment.reference,
        partner=partner.code,
        period=period.label,
        answer=command.answer,
        evidence=EvidenceItem(title=given.title, link=given.link) if given else None,
    )
    return [NewEvent(fact, period.last_day)]


@decides(ReportQuantity)
def report_quantity(register: Register, command: ReportQuantity, context: Context) -> Facts:
    commitment = _measured_by(register, command.commitment, "quantity")
    partner = lookup.find(PARTNERS, register, command.partner)
    check_dates(register, command, context)
    fact = QuantityReported(
        commitment=commitment.reference,
        partner=partner.code,
        on=command.on,
        amount=command.amount,
        note=command.note,
    )
    return [NewEvent(fact, command.on)]


@decides(SubmitEvidence)
def submit_evidence(register: Register, command: SubmitEvidence, context: Context) -> Facts:
    commitment = _measured_by(register, command.commitment, "evidence")
    partner = lookup.find(PARTNERS, register, command.partner)
    check_dates(register, command, context)
    fact = EvidenceSubmitted(
        commitment=commitment.reference,
        partner=partner.code,
        on=command.on,
        evidence=EvidenceItem(title=command.title, link=command.link),
    )
    return [NewEvent(fact, command.on)]


@decides(WithdrawReport)
def withdraw(register: Register, command: WithdrawReport, context: Context) -> Facts:
    commitment = lookup.find(COMMITMENTS, register, command.commitment)
    partner = lookup.find(PARTNERS, register, command.partner)
    report = register.returns.latest_standing(command.what, commitment.reference, partner.code, command.on)
    if report is None:
        raise Refused("on", _nothing_to_withdraw(register, command))
    fact = ReportWithdrawn(
        what=command.what,
        commitment=commitment.reference,
        partner=partner.code,
        on=command.on,
        report=report.report,
        reason=command.reason,
    )
    return [NewEvent(fact, command.on)]


@decides(SubmitReturn)
def submit_return(register: Register, command: SubmitReturn, context: Context) -> Facts:
    partner = lookup.find(PARTNERS, register, command.partner)
    quarter = lookup.quarter(register, command.quarter)
    check_dates(register, command, context)
    fact = ReturnSubmitted(
        partner=partner.code, quarter=quarter.label, nothing_changed=command.nothing_changed, note=command.note
    )
    return [NewEvent(fact, quarter.last_day)]


def _measured_by(register: Register, reference: str, measure: str) -> Commitment:
    commitment = lookup.find(COMMITMENTS, register, reference)
    kind = commitment.measure.kind
    if kind != measure:
        raise Refused("commitment", f"{reference} is measured by {kind}: {_REPORTED_BY[kind]}")
    return commitment


def _check_membership(partner: Partner, period: Period) -> None:
    """A partner that was not a member on any day of a period has nothing to attest for it."""
    if partner.joined_on > period.last_day:
        raise Refused(
            "partner",
            f"{partner.code} joined on {partner.joined_on}, after {period.label} had ended; it has nothing to attest",
        )
    if partner.left_on is not None and partner.left_on <= period.first_day:
        raise Refused(
            "partner",
            f"{partner.code} left on {partner.left_on}, before {period.label} began; it has nothing to attest",
        )


def _nothing_to_withdraw(register: Register, command: WithdrawReport) -> str:
    kind = "amount" if command.what is ReportKind.QUANTITY else "evidence"
    reports = register.returns.reports(command.what).get((command.commitment, command.partner), ())
    dates = sorted({str(each.on) for each in reports if each.withdrawn_at is None})
    instead = f"there is some of {lookup.listed(dates)}" if dates else "there is none to take back"
    return f"no {kind} of {command.partner} for {command.commitment} is dated {command.on}; {instead}"
