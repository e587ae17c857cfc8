"""What can be changed in place about commitments: what is asked, and which command that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.envelope import Recorded
from contracts.events import Fact
from contracts.events.commitments import (
    CommitmentAdopted,
    CommitmentAgreed,
    CommitmentAmended,
    CommitmentWithdrawn,
    DerogationGranted,
)
from contracts.references import full, short
from domain.register.commitments import COMMITMENTS, Commitment
from domain.wording.happened.commitments import happened
from services.programme.commitments.commands import AdoptCommitment, AmendCommitment, WithdrawAdoption
from services.programme.core import permissions
from services.programme.core.command import Command
from services.programme.pages.changing import Ask, Change, Link, Place, offered
from services.programme.pages.fields import Choice, Field, Kind
from services.programme.pages.happened import BY_DECISION, Telling, by_kind
from services.programme.pages.partners import members
from services.runtime.web.partnership.view import View


def _about(commitment: Commitment) -> Mapping[str, Any]:
    return {"commitment": commitment.reference}


def _amend(view: View, commitment: Commitment, actor: str) -> Ask:
    return Ask(
        "Amend the commitment",
        (
            Field("title", "Title", missing="Enter a title."),
            Field("text", "What exactly is committed to", Kind.TEXT, can_empty=True),
            Field("reason", "Why", Kind.TEXT, missing="Say why. The board reads it."),
        ),
        "Save",
        {"title": (commitment.title,), "text": (commitment.text,)},
        lede="The wording can be put right. What it measures stays: another measure is another commitment.",
    )


def _adopt(view: View, commitment: Commitment, actor: str) -> Ask:
    today = view.calendar.local_date(view.at)
    own = [
        each
        for each in _to_adopt(view, commitment)
        if permissions.may(view.register, _wish(commitment, each[0]), actor, today)
    ]
    return Ask(
        "Adopt the commitment",
        (
            Field("partner", "Partner", Kind.SELECT, choices=own, none_yet="Choose", missing="Choose a partner."),
            Field("from", "First day on which it holds", Kind.DATE, missing="Enter the first day."),
        ),
        "Adopt it",
        {"partner": (own[0][0],)} if len(own) == 1 else {},
        warning="It binds until the board withdraws it. A mistake can be taken back before the first period is due.",
    )


def _to_adopt(view: View, commitment: Commitment) -> list[Choice]:
    """Return who can still adopt a commitment: a core one binds full members as it is, and supporting ones adopt it."""
    today, partners = view.calendar.local_date(view.at), view.register.partners
    return [
        each
        for each in members(view)
        if each[0] not in commitment.adopted_from
        and (not commitment.core or partners[each[0]].is_supporting_from(today))
    ]


def _wish(commitment: Commitment, partner: str) -> Command:
    return AdoptCommitment.model_construct(**{**_about(commitment), "partner": partner})


def _take_back(view: View, commitment: Commitment, actor: str) -> Ask:
    today = view.calendar.local_date(view.at)
    names = view.figures().partner_name
    own = [
        (code, names(code))
        for code in commitment.adopted_from
        if permissions.may(view.register, _wish_back(commitment, code), actor, today)
    ]
    return Ask(
        "Take back an adoption",
        (
            Field("partner", "Partner", Kind.SELECT, choices=own, none_yet="Choose", missing="Choose a partner."),
            Field("reason", "Why", Kind.TEXT, missing="Say why. The board reads it."),
        ),
        "Take it back",
        {"partner": (own[0][0],)} if len(own) == 1 else {},
        lede="It is then as if the partner had never adopted it.",
    )


def _wish_back(commitment: Commitment, partner: str) -> Command:
    return WithdrawAdoption.model_construct(**{**_about(commitment), "partner": partner})


def _can_be_adopted(view: View, commitment: Commitment) -> bool:
    return commitment.withdrawn_on is None and bool(_to_adopt(view, commitment))


CHANGES: tuple[Change[Commitment], ...] = (
    Change("amend", "Amend", AmendCommitment, _about, _amend),
    Change(
        "adopt",
        "Adopt",
        AdoptCommitment,
        _about,
        _adopt,
        _can_be_adopted,
        wishes=lambda view, commitment: [_wish(commitment, code) for code, *_ in _to_adopt(view, commitment)],
    ),
    Change(
        "take-back",
        "Take back an adoption",
        WithdrawAdoption,
        _about,
        _take_back,
        lambda view, commitment: bool(commitment.adopted_from),
        wishes=lambda view, commitment: [_wish_back(commitment, code) for code in commitment.adopted_from],
    ),
)
COMMITMENT: Place[Commitment] = Place(
    path="/commitments/{partnership}/{commitment}",
    address_of=lambda view, its: f"/commitments/{view.code}/{short(view.code, its.reference)}",
    find=lambda view, parts: view.find(COMMITMENTS, parts["commitment"]),
    version_of=lambda parts: full(parts["partnership"], parts["commitment"]),
    shown_at=lambda to, its: to.of(its.reference),
    called=lambda its: its.title,
    room=("Commitments", "commitments"),
)
_PUT_RIGHT: dict[type[Fact], tuple[str, str]] = {
    CommitmentAmended: ("amend", "Correct this"),
    CommitmentAdopted: ("take-back", "Undo"),
}


def _links(view: View, event: Recorded, reader: str) -> Sequence[Link]:
    return offered(view, COMMITMENT, view.register.commitments[event.fact.subject(view.code)], CHANGES, reader)


_STAYS: dict[type[Fact], str] = {
    CommitmentAgreed: "The wording is amended on its page; another measure is another commitment, by decision.",
    CommitmentAdopted: "An adopted commitment binds. The board can give leave not to meet it, or withdraw it.",
    CommitmentWithdrawn: BY_DECISION,
    DerogationGranted: BY_DECISION,
}
TELLING = Telling(happened, by_kind(_PUT_RIGHT), _links, stays=_STAYS)
