"""What can be changed in place about partners: what is asked, and which command that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.envelope import Recorded
from contracts.events import Fact
from contracts.events.partners import Membership, PartnerAmended, PartnerKind, PartnerLeavingWithdrawn, PartnerLeft
from domain.register.partners import PARTNERS, Partner
from domain.wording.foreseen.partners import staying
from domain.wording.happened.partners import happened
from services.programme.pages.changing import Ask, Change, Link, Place, offered
from services.programme.pages.fields import Field, Kind
from services.programme.pages.happened import Telling
from services.programme.partners.commands import AmendPartner, RecordPartnerLeaving, WithdrawPartnerLeaving
from services.runtime.web.partnership.view import View

_WHY = Field("reason", "Why", Kind.TEXT, missing="Say why. The board reads it.")
_KINDS = [(each.value, each.value.replace("_", " ").capitalize()) for each in PartnerKind]
_MEMBERSHIPS = (
    (Membership.FULL.value, "Full member", "Core commitments bind it."),
    (Membership.SUPPORTING.value, "Supporting member", "Those commitments alone bind it that it adopts."),
)


def _about(partner: Partner) -> Mapping[str, Any]:
    return {"partner": partner.code}


def _amend(view: View, partner: Partner, actor: str) -> Ask:
    return Ask(
        "Amend the partner",
        (
            Field("name", "Name of the organisation", missing="Enter its name."),
            Field("kind", "What sort of organisation it is", Kind.SELECT, choices=_KINDS),
            Field(
                "gss",
                "GSS code",
                hint="Of the area that it serves, such as E09000005.",
                missing="Enter the code. It can be put right, not taken away." if partner.gss else "",
            ),
            _WHY,
        ),
        "Save",
        {"name": (partner.name,), "kind": (partner.kind.value,), "gss": (partner.gss or "",)},
        lede="Packs that were issued keep the name that they have.",
    )


def _membership(view: View, partner: Partner, actor: str) -> Ask:
    return Ask(
        "Change the membership",
        (
            Field("membership", "What it becomes", Kind.RADIOS, choices=_MEMBERSHIPS, missing="Choose one of them."),
            Field("from", "First day of that", Kind.DATE, missing="Enter the first day."),
            _WHY,
        ),
        "Change the membership",
        {"membership": (partner.membership_on(view.calendar.local_date(view.at)).value,)},
    )


def _leave(view: View, partner: Partner, actor: str) -> Ask:
    return Ask(
        f"{partner.name} leaves",
        (Field("left_on", "First day on which it is no longer a member", Kind.DATE, missing="Enter the first day."),),
        "Record that it leaves",
        lede="From that day its people hold no role for it. What it leads and owns is shown until it is handed over.",
        warning="Its people cannot sign in for it from that day. A mistake can be taken back; who joins again later is"
        " admitted under another code.",
    )


def _take_back(view: View, partner: Partner, actor: str) -> Ask:
    return Ask(
        "Take back that it leaves",
        (_WHY,),
        "Take it back",
        lede=" ".join(filter(None, ("It is then as if that had never been recorded.", _of_decision(partner)))),
        warning="What was handed over stays with others, and what fell due meanwhile counts as owed.",
        changes=tuple(staying(view.register, partner)),
    )


def _of_decision(partner: Partner) -> str:
    if partner.leaving is None or partner.leaving.decision is None:
        return ""
    return f"The board decided on it: {partner.leaving.decision} stays as it was recorded."


def _is_to_stay(view: View, partner: Partner) -> bool:
    return partner.leaving is None


def _is_to_leave(view: View, partner: Partner) -> bool:
    return partner.leaving is not None


def _is_member(view: View, partner: Partner) -> bool:
    return partner.is_member_on(view.calendar.local_date(view.at))


CHANGES: tuple[Change[Partner], ...] = (
    Change("amend", "Amend", AmendPartner, _about, _amend),
    Change("membership", "Change the membership", AmendPartner, _about, _membership, _is_member),
    Change("leave", "It leaves", RecordPartnerLeaving, _about, _leave, _is_to_stay),
    Change("stay", "Take back that it leaves", WithdrawPartnerLeaving, _about, _take_back, _is_to_leave),
)
PARTNER: Place[Partner] = Place(
    path="/partners/{partnership}/{code}",
    address_of=lambda view, partner: f"/partners/{view.code}/{partner.code}",
    find=lambda view, parts: view.find(PARTNERS, parts["code"]),
    version_of=lambda parts: parts["code"],
    shown_at=lambda to, partner: to.partner(partner.code),
    called=lambda partner: partner.name,
    room=("Partners", "partners"),
)


def _put_right(fact: Fact) -> tuple[str, str]:
    match fact:
        case PartnerAmended():
            return "amend" if fact.membership is None else "membership", "Correct this"
        case PartnerLeft():
            return "stay", "Undo"
        case PartnerLeavingWithdrawn():
            return "leave", "Undo"
    return "", ""


def _links(view: View, event: Recorded, reader: str) -> Sequence[Link]:
    partner = view.register.partners[event.fact.subject(view.code)]
    if isinstance(event.fact, PartnerLeft) and not _is_of(partner, event):
        return ()
    return offered(view, PARTNER, partner, CHANGES, reader)


def _is_of(partner: Partner, event: Recorded) -> bool:
    """Say whether it is by this event that a partner leaves: an earlier one was taken back since."""
    return partner.leaving is not None and partner.leaving.number == event.version


TELLING = Telling(happened, _put_right, _links)
