"""The board's meetings, their agendas, who was there, and written procedures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING

from contracts.calendar import Period
from contracts.envelope import Recorded
from contracts.events.board import (
    AgendaItemAdded,
    BreachNoted,
    InterestDeclared,
    InterestFollows,
    ItemKind,
    MeetingCancelled,
    MeetingClosed,
    MeetingMoved,
    MeetingOpened,
    MeetingScheduled,
    Vote,
    WrittenProcedureAnswered,
    WrittenProcedureClosed,
    WrittenProcedureOpened,
)
from contracts.events.effects import Effect
from contracts.register.applying import applies

if TYPE_CHECKING:
    from contracts.register import Register


USUAL_MINUTES = 120
"""How long a meeting lasts for which nobody said so."""


class MeetingState(StrEnum):
    """Where a meeting stands."""

    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One numbered item; ``breach`` where the system put it on the agenda."""

    number: int
    kind: ItemKind
    title: str
    about: str | None
    recommendation: str | None
    owner: str | None
    breach: BreachNoted | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Interest:
    """A declared interest in an item, and what follows from it."""

    item: int
    person: str
    nature: str
    follows: InterestFollows


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who was there; ``substitutes`` maps an absent member to the person present in its place."""

    present: tuple[str, ...]
    apologies: tuple[str, ...]
    substitutes: dict[str, str]


@dataclass(slots=True)
class Meeting:
    """A meeting of the project board on a local date and time."""

    reference: str
    date: date
    time: time
    place: str | None
    minutes: int = USUAL_MINUTES
    state: MeetingState = MeetingState.SCHEDULED
    items: dict[int, AgendaItem] = field(default_factory=dict)
    attendance: Attendance | None = None
    interests: list[Interest] = field(default_factory=list)
    moves: int = 0
    cancelled_because: str | None = None


@dataclass(slots=True)
class WrittenProcedure:
    """A decision between meetings; ``answers`` is by person, the last answer of each."""

    reference: str
    title: str
    text: str
    opened_at: datetime
    closes_at: datetime
    about: str | None
    effect: Effect | None
    answers: dict[str, Vote] = field(default_factory=dict)
    closed_at: datetime | None = None
    quorate: bool | None = None
    passed: bool | None = None


def held_or_due(register: Register) -> list[Meeting]:
    """Return the meetings that were not cancelled, in the order of their dates."""
    standing = (each for each in register.meetings.values() if each.state is not MeetingState.CANCELLED)
    return sorted(standing, key=lambda meeting: (meeting.date, meeting.time, meeting.reference))


def return_deadlines(register: Register, announced: Mapping[str, date] | None = None) -> dict[Period, datetime]:
    """Return when returns are due, by quarter that a meeting's pack covers: the cut-off of the first such meeting.

    ``announced`` holds dates of meetings, by reference, that count as if the register had them: the register at a
    cut-off does not know a meeting that was entered, or moved, after it. Source: domain.md section 4.
    """
    dates = {meeting.reference: meeting.date for meeting in held_or_due(register)} | dict(announced or {})
    deadlines: dict[Period, datetime] = {}
    for meeting_on in sorted(dates.values()):
        timetable = register.calendar.timetable(meeting_on)
        deadlines.setdefault(timetable.quarter, timetable.cut_off)
    return deadlines


def return_deadline(register: Register, quarter: Period) -> datetime:
    """Return when returns for ``quarter`` are due; with no meeting for it, 17:00 on the 14th day after its end."""
    return return_deadlines(register).get(quarter) or register.calendar.default_deadline(quarter)


@applies(MeetingScheduled)
def scheduled(register: Register, fact: MeetingScheduled, event: Recorded) -> None:
    register.meetings[fact.meeting] = Meeting(
        fact.meeting, fact.date, fact.time, fact.place, fact.minutes or USUAL_MINUTES
    )


@applies(MeetingMoved)
def moved(register: Register, fact: MeetingMoved, event: Recorded) -> None:
    meeting = register.meetings[fact.meeting]
    meeting.date, meeting.time = fact.date, fact.time
    meeting.place = fact.place or meeting.place
    meeting.minutes = fact.minutes or meeting.minutes
    meeting.moves += 1


@applies(MeetingCancelled)
def cancelled(register: Register, fact: MeetingCancelled, event: Recorded) -> None:
    meeting = register.meetings[fact.meeting]
    meeting.state, meeting.cancelled_because = MeetingState.CANCELLED, fact.reason


@applies(AgendaItemAdded)
def item_added(register: Register, fact: AgendaItemAdded, event: Recorded) -> None:
    register.meetings[fact.meeting].items[fact.item] = AgendaItem(
        number=fact.item,
        kind=fact.kind,
        title=fact.title,
        about=fact.about,
        recommendation=fact.recommendation,
        owner=fact.owner,
        breach=fact.breach,
        recorded_at=event.recorded_at,
    )


@applies(MeetingOpened)
def opened(register: Register, fact: MeetingOpened, event: Recorded) -> None:
    meeting = register.meetings[fact.meeting]
    meeting.state = MeetingState.IN_PROGRESS
    meeting.attendance = Attendance(fact.present, fact.apologies, fact.substitutes)


@applies(InterestDeclared)
def interest_declared(register: Register, fact: InterestDeclared, event: Recorded) -> None:
    register.meetings[fact.meeting].interests.append(Interest(fact.item, fact.person, fact.nature, fact.follows))


@applies(MeetingClosed)
def closed(register: Register, fact: MeetingClosed, event: Recorded) -> None:
    register.meetings[fact.meeting].state = MeetingState.CLOSED


@applies(WrittenProcedureOpened)
def procedure_opened(register: Register, fact: WrittenProcedureOpened, event: Recorded) -> None:
    register.procedures[fact.procedure] = WrittenProcedure(
        reference=fact.procedure,
        title=fact.title,
        text=fact.text,
        opened_at=event.recorded_at,
        closes_at=fact.closes_at,
        about=fact.about,
        effect=fact.effect,
    )


@applies(WrittenProcedureAnswered)
def procedure_answered(register: Register, fact: WrittenProcedureAnswered, event: Recorded) -> None:
    register.procedures[fact.procedure].answers[fact.person] = fact.answer


@applies(WrittenProcedureClosed)
def procedure_closed(register: Register, fact: WrittenProcedureClosed, event: Recorded) -> None:
    procedure = register.procedures[fact.procedure]
    procedure.closed_at, procedure.quorate, procedure.passed = event.recorded_at, fact.quorate, fact.passed
