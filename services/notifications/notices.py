"""What people are told, and who is told it: pure functions of an announcement and of who holds which role."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from contracts.envelope import Recorded
from contracts.events.decisions import EffectRefused
from contracts.events.partnership import Role
from contracts.events.reporting import PackIssued, ReturnDue, ReturnOverdue
from services.notifications.knowledge import Meeting, Person

BY_RANK = (
    Role.CHAIR,
    Role.BOARD_MEMBER,
    Role.SUBSTITUTE,
    Role.SECRETARY,
    Role.PARTNER_LEAD,
    Role.CONTRIBUTOR,
    Role.OBSERVER,
)
"""Of several roles of one person, the first of these is the one that is shown."""

INVITED = frozenset({Role.CHAIR, Role.BOARD_MEMBER, Role.SUBSTITUTE, Role.SECRETARY})
"""The roles whose holders are asked to meetings of the board."""


class Kind(StrEnum):
    """What a notice is about."""

    PACK = "pack"
    RETURN_DUE = "return_due"
    RETURN_OVERDUE = "return_overdue"
    MISSING_RETURNS = "missing_returns"
    INVITATION = "invitation"
    EFFECT_FAILED = "effect_failed"
    PACK_NOT_RECEIVED = "pack_not_received"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that people are told: ``kind`` and ``reference`` name it within its partnership.

    ``about`` is what it concerns: a pack, a quarter, a meeting. ``details`` hold what its letter is written from, as
    JSON has it; never a name or an address.
    """

    partnership: str
    kind: Kind
    reference: str
    about: str
    details: dict[str, Any]
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a notice is for: a person by id, and the role and partner that make it theirs."""

    person: str
    role: Role | None
    partner: str | None


Told = tuple[Notice, list[Recipient]]


def of_pack(event: Recorded, fact: PackIssued, people: Iterable[Person]) -> Told:
    """Return the notice of an issued edition; its recipients are those that the announcement names."""
    known = {person.person: person for person in people}
    recipients = [_shown(known.get(each) or Person(each, None, frozenset())) for each in dict.fromkeys(fact.recipients)]
    return _notice(event, Kind.PACK, fact.pack, fact.pack, fact.model_dump(mode="json")), recipients


def of_due_returns(event: Recorded, fact: ReturnDue, people: Collection[Person]) -> Told:
    """Return the reminder to the leads of each partner whose return is missing shortly before its deadline."""
    reference = f"{_returns(fact)}, {fact.days_before} days before"
    notice = _notice(event, Kind.RETURN_DUE, reference, fact.quarter, fact.model_dump(mode="json"))
    return notice, _leads(people, fact.missing)


def of_overdue_returns(event: Recorded, fact: ReturnOverdue, people: Collection[Person]) -> list[Told]:
    """Return the notices of a deadline that has passed: to the leads of missing partners, and to the secretary who
    is missing, with those partners that have nobody to write to.
    """
    leads = _leads(people, fact.missing)
    details = fact.model_dump(mode="json")
    overdue = _notice(event, Kind.RETURN_OVERDUE, _returns(fact), fact.quarter, details)
    without_lead = sorted(set(fact.missing) - {each.partner for each in leads})
    listed = {**details, "without_lead": without_lead}
    missing = _notice(event, Kind.MISSING_RETURNS, _returns(fact), fact.quarter, listed)
    return [(overdue, leads), (missing, _secretaries(people))]


def of_failed_effect(event: Recorded, fact: EffectRefused, people: Iterable[Person]) -> Told:
    """Return the word to the secretary that what a decision was to bring about has become impossible."""
    notice = _notice(event, Kind.EFFECT_FAILED, fact.decision, fact.decision, fact.model_dump(mode="json"))
    return notice, _secretaries(people)


def of_meeting(partnership: str, meeting: Meeting, people: Iterable[Person]) -> Told:
    """Return the invitation to a meeting as it stands now, or the word that it is cancelled."""
    details = {
        "meeting": meeting.reference,
        "date": meeting.date.isoformat(),
        "time": meeting.time.isoformat(),
        "place": meeting.place,
        "minutes": meeting.minutes,
        "uid": meeting.uid,
        "sequence": meeting.sequence,
        "cancelled_because": meeting.cancelled_because,
    }
    reference = f"{meeting.reference}, notice {meeting.sequence + 1}"
    notice = Notice(partnership, Kind.INVITATION, reference, meeting.reference, details, meeting.recorded_at)
    return notice, [_shown(person) for person in people if person.roles & INVITED]


def _notice(event: Recorded, kind: Kind, reference: str, about: str, details: dict[str, Any]) -> Notice:
    return Notice(event.partnership, kind, reference, about, details, event.recorded_at)


def _returns(fact: ReturnDue | ReturnOverdue) -> str:
    """Name the returns of a quarter by their deadline, so that those of a moved one are told of again."""
    return f"{fact.quarter}, due {fact.deadline:%Y-%m-%dT%H:%MZ}"


def _leads(people: Iterable[Person], partners: Collection[str]) -> list[Recipient]:
    return [
        Recipient(each.person, Role.PARTNER_LEAD, each.partner)
        for each in people
        if Role.PARTNER_LEAD in each.roles and each.partner in partners
    ]


def _secretaries(people: Iterable[Person]) -> list[Recipient]:
    return [Recipient(each.person, Role.SECRETARY, each.partner) for each in people if Role.SECRETARY in each.roles]


def _shown(person: Person) -> Recipient:
    return Recipient(person.person, next((role for role in BY_RANK if role in person.roles), None), person.partner)
