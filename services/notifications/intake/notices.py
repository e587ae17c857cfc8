"""What people are told, and who is told it: pure functions of an announcement and of who holds which role."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from contracts.envelope import Recorded
from contracts.events.decisions import EffectRefused
from contracts.events.partnership import Role
from contracts.events.reporting import PackIssued, ReturnDue, ReturnOverdue
from contracts.events.returns import PartnersReminded, ReturnSubmitted
from domain.register.people import Person, holding
from services.notifications.intake.read_model import MeetingRecord
from services.runtime.access.sessions.email_choice import Topic

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


class NoticeKind(StrEnum):
    """What a notice is about."""

    PACK = "pack"
    RETURN_DUE = "return_due"
    RETURN_OVERDUE = "return_overdue"
    RETURN_CHASED = "return_chased"
    MISSING_RETURNS = "missing_returns"
    RETURN_SUBMITTED = "return_submitted"
    INVITATION = "invitation"
    EFFECT_FAILED = "effect_failed"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    PACK_NOT_RECEIVED = "pack_not_received"
    DIGEST = "digest"


REMINDERS = frozenset({NoticeKind.RETURN_DUE, NoticeKind.RETURN_OVERDUE, NoticeKind.RETURN_CHASED})
"""What asks the leads of partners for their returns."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that people are told: ``kind`` and ``reference`` name it within its partnership.

    ``about`` is what it concerns: a pack, a quarter, a meeting. ``details`` hold what its letter is written from, as
    JSON has it; never a name or an address.
    """

    partnership: str
    kind: NoticeKind
    reference: str
    about: str
    details: dict[str, Any]
    recorded_at: datetime


_OF_THE_OFFICE = frozenset({NoticeKind.MISSING_RETURNS, NoticeKind.EFFECT_FAILED, NoticeKind.PACK_NOT_RECEIVED})
MAY_BE_UNWANTED = _OF_THE_OFFICE | {NoticeKind.RETURN_SUBMITTED, NoticeKind.DIGEST}


def topic_of(notice: Notice, people: Collection[str]) -> Topic | None:
    """Return under which topic these people can have a notice switched off; None where it always comes."""
    if notice.kind in _OF_THE_OFFICE:
        return Topic.OFFICE
    is_a_colleagues = notice.kind is NoticeKind.RETURN_SUBMITTED and notice.details["by"] not in people
    return Topic.RECEIPTS if is_a_colleagues else None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a notice is for: a person by id, and the role and partners that make it theirs."""

    person: str
    role: Role | None
    partners: tuple[str, ...] = ()


Told = tuple[Notice, list[Recipient]]


def of_pack(event: Recorded, fact: PackIssued, people: Iterable[Person], on: date) -> Told:
    """Return the notice of an issued edition; its recipients are those that the announcement names."""
    known = {person.id: person for person in people}
    recipients = [
        _shown(known[each], on) if each in known else Recipient(each, None) for each in dict.fromkeys(fact.recipients)
    ]
    return _notice(event, NoticeKind.PACK, fact.pack, fact.pack, fact.model_dump(mode="json")), recipients


def of_due_returns(event: Recorded, fact: ReturnDue, people: Iterable[Person], on: date) -> Told:
    """Return the reminder to the leads of each partner whose return is missing shortly before its deadline."""
    reference = f"{_returns(fact)}, {fact.days_before} days before"
    notice = _notice(event, NoticeKind.RETURN_DUE, reference, fact.quarter, fact.model_dump(mode="json"))
    return notice, leads(people, fact.missing, on)


def of_overdue_returns(event: Recorded, fact: ReturnOverdue, people: Collection[Person], on: date) -> list[Told]:
    """Return the notices of a deadline that has passed: to the leads of missing partners, and to the secretary who
    is missing, with those partners that have nobody to write to.
    """
    theirs = leads(people, fact.missing, on)
    details = fact.model_dump(mode="json")
    overdue = _notice(event, NoticeKind.RETURN_OVERDUE, _returns(fact), fact.quarter, details)
    without_lead = sorted(set(fact.missing).difference(*(each.partners for each in theirs)))
    listed = {**details, "without_lead": without_lead}
    missing = _notice(event, NoticeKind.MISSING_RETURNS, _returns(fact), fact.quarter, listed)
    return [(overdue, theirs), (missing, secretaries(people, on))]


def of_reminded_partners(event: Recorded, fact: PartnersReminded, people: Iterable[Person], on: date) -> Told:
    """Return the reminder that the secretary sends to the leads of partners whose return is missing."""
    reference = f"{fact.quarter}, event {event.version}"
    notice = _notice(event, NoticeKind.RETURN_CHASED, reference, fact.quarter, fact.model_dump(mode="json"))
    return notice, leads(people, fact.partners, on)


def of_submitted_return(event: Recorded, fact: ReturnSubmitted, people: Collection[Person], on: date) -> Told:
    """Return the receipt of a return, for the leads of its partner and for whoever submitted it."""
    details = {**fact.model_dump(mode="json"), "submitted_at": event.recorded_at.isoformat(), "by": event.actor}
    reference = f"{fact.quarter} of {fact.partner}, event {event.version}"
    notice = _notice(event, NoticeKind.RETURN_SUBMITTED, reference, fact.quarter, details)
    theirs = leads(people, [fact.partner], on)
    others = [_shown(each, on) for each in people if each.id == event.actor]
    return notice, [*theirs, *(each for each in others if each.person not in {lead.person for lead in theirs})]


def of_failed_effect(event: Recorded, fact: EffectRefused, people: Iterable[Person], on: date) -> Told:
    """Return the word to the secretary that what a decision was to bring about has become impossible."""
    notice = _notice(event, NoticeKind.EFFECT_FAILED, fact.decision, fact.decision, fact.model_dump(mode="json"))
    return notice, secretaries(people, on)


def of_digest(partnership: str, on: date, waiting: Mapping[str, Any], people: Iterable[Person], now: datetime) -> Told:
    """Return the digest of a day, for those for whom something waits that is to be told: what it is, by person."""
    known = {person.id: person for person in people}
    details = {"on": on.isoformat(), "waiting": dict(waiting)}
    notice = Notice(partnership, NoticeKind.DIGEST, on.isoformat(), on.isoformat(), details, now)
    return notice, [_shown(known[each], on) if each in known else Recipient(each, None) for each in waiting]


def of_meeting(partnership: str, meeting: MeetingRecord, people: Iterable[Person]) -> Told:
    """Return the invitation to a meeting as it stands now, or the word that it is cancelled.

    It goes to those who hold a role that is invited on the date of the meeting.
    """
    notice = _of_meeting(partnership, NoticeKind.INVITATION, meeting)
    return notice, [_shown(person, meeting.date) for person in asked_to(meeting, people)]


def asked_to(meeting: MeetingRecord, people: Iterable[Person]) -> list[Person]:
    """Return those who are asked to a meeting: who hold a role that is, on its date."""
    return list(holding(people, INVITED, meeting.date))


def of_withdrawal(partnership: str, meeting: MeetingRecord, people: list[Recipient]) -> Told:
    """Return the word to people who are no longer asked to a meeting, which is held all the same."""
    return _of_meeting(partnership, NoticeKind.INVITATION_WITHDRAWN, meeting), people


def _of_meeting(partnership: str, kind: NoticeKind, meeting: MeetingRecord) -> Notice:
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
    return Notice(partnership, kind, reference, meeting.reference, details, meeting.recorded_at)


def _notice(event: Recorded, kind: NoticeKind, reference: str, about: str, details: dict[str, Any]) -> Notice:
    return Notice(event.partnership, kind, reference, about, details, event.recorded_at)


def _returns(fact: ReturnDue | ReturnOverdue) -> str:
    """Name the returns of a quarter by their deadline, so that those of a moved one are told of again."""
    return f"{fact.quarter}, due {fact.deadline:%Y-%m-%dT%H:%MZ}"


def leads(people: Iterable[Person], partners: Collection[str], on: date) -> list[Recipient]:
    """Return the leads of ``partners``, each once with all of these that it leads."""
    led = {each.id: each.partners_on(on, {Role.PARTNER_LEAD}) for each in people}
    theirs = {person: tuple(each for each in own if each in partners) for person, own in led.items()}
    return [Recipient(person, Role.PARTNER_LEAD, missing) for person, missing in theirs.items() if missing]


def secretaries(people: Iterable[Person], on: date) -> list[Recipient]:
    """Return the secretaries of a day."""
    return [Recipient(each.id, Role.SECRETARY) for each in holding(people, {Role.SECRETARY}, on)]


def _shown(person: Person, on: date) -> Recipient:
    roles = person.roles_on(on)
    role = next((role for role in BY_RANK if role in roles), None)
    return Recipient(person.id, role, () if role is None else person.partners_on(on, {role}))
