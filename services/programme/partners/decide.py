"""Deciding on partners that join and leave, by a command or by a decision of the board."""

from __future__ import annotations

from contracts.events import effects
from contracts.events.partners import PartnerAdmitted, PartnerLeft
from contracts.register import Register
from services.programme import lookup
from services.programme.partners.commands import AdmitPartner, RecordPartnerLeaving
from services.programme.rulings import AlreadyGiven, Context, Decided, Facts, Refused, decides


@decides(AdmitPartner)
def admit_partner(register: Register, command: AdmitPartner, context: Context) -> Facts:
    return admit(register, effects.AdmitPartner.model_validate(command.model_dump()))


@decides(RecordPartnerLeaving)
def record_leaving(register: Register, command: RecordPartnerLeaving, context: Context) -> Facts:
    return leave(register, effects.RecordPartnerLeaving.model_validate(command.model_dump()))


def admit(register: Register, part: effects.AdmitPartner, decision: str | None = None) -> Facts:
    """Return that the organisation is admitted. Raises Refused where its code has been given before."""
    known = register.partners.get(part.code)
    if known is not None:
        raise AlreadyGiven(
            "code", f"{part.code} is the code of {known.name}, and codes are never reused; choose another one"
        )
    fact = PartnerAdmitted(
        partner=part.code, name=part.name, kind=part.kind, gss=part.gss, joined_on=part.joined_on, decision=decision
    )
    return [Decided(fact, part.joined_on)]


def leave(register: Register, part: effects.RecordPartnerLeaving, decision: str | None = None) -> Facts:
    """Return that the partner leaves. Raises Refused where it has left, or would before it joined."""
    partner = lookup.partner(register, part.partner)
    if partner.left_on is not None:
        raise Refused("partner", f"{partner.code} has left already, on {partner.left_on}")
    if part.left_on < partner.joined_on:
        raise Refused(
            "left_on", f"{partner.code} joined on {partner.joined_on} and cannot leave before, on {part.left_on}"
        )
    return [Decided(PartnerLeft(partner=partner.code, left_on=part.left_on, decision=decision), part.left_on)]
