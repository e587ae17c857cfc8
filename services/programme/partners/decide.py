"""Deciding on partners that join, change and leave, by a command or by a decision of the board."""

from __future__ import annotations

from typing import TypeVar

from contracts.events import effects
from contracts.events.partners import PartnerAdmitted, PartnerAmended, PartnerLeavingWithdrawn, PartnerLeft
from domain.register import Register
from domain.register.partners import PARTNERS, Partner
from services.programme.core import lookup
from services.programme.core.decider import AlreadyGiven, Context, Facts, NewEvent, Refused, carries_out, decides
from services.programme.partners.commands import (
    AdmitPartner,
    AmendPartner,
    RecordPartnerLeaving,
    WithdrawPartnerLeaving,
)

T = TypeVar("T")


@decides(AdmitPartner)
def admit_partner(register: Register, command: AdmitPartner, context: Context) -> Facts:
    return admit(register, effects.AdmitPartner.model_validate(command.model_dump()))


@decides(AmendPartner)
def amend_partner(register: Register, command: AmendPartner, context: Context) -> Facts:
    partner = lookup.find(PARTNERS, register, command.partner)
    _check_membership(partner, command)
    becomes = command.membership if _changes_membership(partner, command) else None
    amended = PartnerAmended(
        partner=partner.code,
        name=_unless(command.name, partner.name),
        kind=_unless(command.kind, partner.kind),
        gss=_unless(command.gss, partner.gss),
        membership=becomes,
        membership_from=None if becomes is None else command.since,
        reason=command.reason,
    )
    is_new = any(each is not None for each in (amended.name, amended.kind, amended.gss, amended.membership))
    return [amended] if is_new else []


@decides(RecordPartnerLeaving)
def record_leaving(register: Register, command: RecordPartnerLeaving, context: Context) -> Facts:
    return leave(register, effects.RecordPartnerLeaving.model_validate(command.model_dump()))


@decides(WithdrawPartnerLeaving)
def withdraw_leaving(register: Register, command: WithdrawPartnerLeaving, context: Context) -> Facts:
    partner = lookup.find(PARTNERS, register, command.partner)
    if partner.leaving is None:
        raise Refused("partner", f"{partner.code} has not left and is not to leave; there is nothing to take back")
    return [PartnerLeavingWithdrawn(partner=partner.code, left_on=partner.leaving.on, reason=command.reason)]


@carries_out(effects.AdmitPartner)
def admit(register: Register, part: effects.AdmitPartner, decision: str | None = None) -> Facts:
    """Return that the organisation is admitted. Raises Refused where its code has been given before."""
    known = register.partners.get(part.code)
    if known is not None:
        raise AlreadyGiven(
            "code", f"{part.code} is the code of {known.name}, and codes are never reused; choose another one"
        )
    fact = PartnerAdmitted(
        partner=part.code,
        name=part.name,
        kind=part.kind,
        gss=part.gss,
        membership=part.membership,
        joined_on=part.joined_on,
        decision=decision,
    )
    return [NewEvent(fact, part.joined_on)]


@carries_out(effects.RecordPartnerLeaving)
def leave(register: Register, part: effects.RecordPartnerLeaving, decision: str | None = None) -> Facts:
    """Return that the partner leaves. Raises Refused where it has left, or would before it joined."""
    partner = lookup.find(PARTNERS, register, part.partner)
    if partner.left_on is not None:
        raise Refused(
            "partner", f"{partner.code} has left already, on {partner.left_on}; where that is wrong, take it back first"
        )
    if part.left_on < partner.joined_on:
        raise Refused(
            "left_on", f"{partner.code} joined on {partner.joined_on} and cannot leave before, on {part.left_on}"
        )
    return [NewEvent(PartnerLeft(partner=partner.code, left_on=part.left_on, decision=decision), part.left_on)]


def _check_membership(partner: Partner, command: AmendPartner) -> None:
    """A membership has a first day, on which the partner is a member; there is something to amend at all."""
    if all(each is None for each in (command.name, command.kind, command.gss, command.membership, command.since)):
        raise Refused("", f"nothing is to change of {partner.code}; give name, kind, gss, or membership and from")
    if command.membership is None:
        if command.since is not None:
            raise Refused("from", "from is the first day of a new membership; give the membership as well")
        return
    if command.since is None:
        raise Refused("from", "a new membership needs its first day; give it as from")
    if partner.has_left_by(command.since):
        raise Refused("from", f"{partner.code} left on {partner.left_on}; give an earlier day")


def _changes_membership(partner: Partner, command: AmendPartner) -> bool:
    """Say whether the change makes a difference on its first day or on any later one."""
    if command.membership is None or command.since is None:
        return False
    later = any(each.since > command.since for each in partner.memberships)
    return later or partner.membership_on(command.since) is not command.membership


def _unless(new: T | None, present: T | None) -> T | None:
    """Return what is new, None where it stands so already."""
    return None if new == present else new
