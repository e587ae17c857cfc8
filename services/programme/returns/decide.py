"""Deciding on what partners report."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from contracts.events.returns import (
    CommitmentAttested,
    EvidenceItem,
    EvidenceSubmitted,
    PartnersReminded,
    QuantityReported,
    ReportKind,
    ReportWithdrawn,
    ReturnSubmitted,
)
from domain.calendar import Period
from domain.figures.timetable import expected_partners
from domain.register import Register
from domain.register.commitments import COMMITMENTS, Commitment
from domain.register.papers import return_deadline
from domain.register.partners import PARTNERS, Partner
from domain.wording.dates import plain_date
from services.programme.commitments.lookup import find_period
from services.programme.core import lookup
from services.programme.core.dates import check_dates, check_has_begun
from services.programme.core.decider import Context, Facts, NewEvent, Refused, decides
from services.programme.core.grants import LEAD
from services.programme.returns.commands import (
    AttestCommitment,
    RemindOfReturns,
    ReportQuantity,
    SubmitEvidence,
    SubmitReturn,
    WithdrawReport,
)

REMINDED_ONCE_WITHIN = timedelta(days=1)
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


@decides(RemindOfReturns)
def remind(register: Register, command: RemindOfReturns, context: Context) -> Facts:
    quarter = lookup.quarter(register, command.quarter)
    check_dates(register, command, context)
    expected = expected_partners(register, quarter)
    for code in command.partners:
        _check_to_be_reminded(register, lookup.find(PARTNERS, register, code), quarter, expected, command, context)
    partners = tuple(dict.fromkeys(command.partners))
    fact = PartnersReminded(
        quarter=quarter.label, deadline=return_deadline(register, quarter, context.now), partners=partners
    )
    return [NewEvent(fact, register.calendar.local_date(context.now))]


def _check_to_be_reminded(
    register: Register,
    partner: Partner,
    quarter: Period,
    expected: Collection[str],
    command: RemindOfReturns,
    context: Context,
) -> None:
    """Raise Refused for a partner that has nothing to submit, nobody to write to, or was reminded a moment ago."""
    code, today = partner.code, register.calendar.local_date(context.now)
    if register.returns.submissions.get((code, quarter.label)):
        raise Refused("partners", f"{code} has submitted its return for {quarter.label}")
    if code not in expected:
        raise Refused("partners", f"{code} owes no return for {quarter.label}")
    if not any(code in each.partners_on(today, LEAD) for each in register.people.values()):
        raise Refused("partners", f"{code} has no lead to be reminded; appoint one")
    reminders = register.returns.reminders.get((code, quarter.label), ())
    if reminders and context.now - reminders[-1].recorded_at < REMINDED_ONCE_WITHIN and not command.again:
        at = register.calendar.local(reminders[-1].recorded_at)
        when = f"{plain_date(at)} at {at:%H:%M}"
        raise Refused("again", f"{code} was reminded on {when}; say again: true to do it once more")


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
