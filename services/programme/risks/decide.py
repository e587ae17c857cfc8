"""Deciding on risks."""

from __future__ import annotations

from contracts.events.risks import RiskAmended, RiskClosed, RiskRaised, RiskReassessed, RiskReopened
from domain.register import Register
from domain.register.partners import PARTNERS
from domain.register.risks import RISKS, Risk
from services.programme.core import lookup
from services.programme.core.amendments import changes
from services.programme.core.decider import Context, Facts, Refused, decides
from services.programme.risks.commands import AmendRisk, CloseRisk, RaiseRisk, ReassessRisk, ReopenRisk


@decides(RaiseRisk)
def raise_risk(register: Register, command: RaiseRisk, context: Context) -> Facts:
    reference = lookup.free(RISKS, register, command.code)
    owner = lookup.find(PARTNERS, register, command.owner, "owner")
    return [
        RiskRaised(
            risk=reference,
            title=command.title,
            cause=command.cause,
            effect=command.effect,
            likelihood=command.likelihood,
            impact=command.impact,
            owner=owner.code,
            response=command.response,
        )
    ]


@decides(ReassessRisk)
def reassess(register: Register, command: ReassessRisk, context: Context) -> Facts:
    risk = _open(register, command.risk)
    return [
        RiskReassessed(risk=risk.reference, likelihood=command.likelihood, impact=command.impact, reason=command.reason)
    ]


@decides(CloseRisk)
def close(register: Register, command: CloseRisk, context: Context) -> Facts:
    risk = _open(register, command.risk)
    return [RiskClosed(risk=risk.reference, reason=command.reason)]


@decides(AmendRisk)
def amend(register: Register, command: AmendRisk, context: Context) -> Facts:
    risk = lookup.find(RISKS, register, command.risk)
    if command.owner is not None:
        lookup.find(PARTNERS, register, command.owner, "owner")
    present = {part: getattr(risk, part) for part in ("title", "cause", "effect", "owner", "response")}
    changed = changes(command, **present)
    return [RiskAmended(risk=risk.reference, reason=command.reason, **changed)] if changed else []


@decides(ReopenRisk)
def reopen(register: Register, command: ReopenRisk, context: Context) -> Facts:
    risk = lookup.find(RISKS, register, command.risk)
    if risk.is_open:
        raise Refused("risk", f"{risk.reference} is open, so there is nothing to take back")
    return [RiskReopened(risk=risk.reference, reason=command.reason)]


def _open(register: Register, reference: str) -> Risk:
    risk = lookup.find(RISKS, register, reference)
    if not risk.is_open:
        raise Refused("risk", f"{reference} was closed on {risk.closed_on}; reopen it, or raise a new risk")
    return risk
