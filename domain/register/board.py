"""The board's meetings, their agendas, who was there, and written procedures."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING

from contracts.envelope import Recorded
from contracts.events.board import (
    AgendaItemAdded,
    AgendaItemAmended,
    AgendaItemRemoved,
    AttendanceAmended,
    BreachNoted,
    ChangeRequested,
    InterestDeclared,
    InterestFollows,
    InterestWithdrawn,
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
from domain.register.applying import applies
from domain.register.kinds import Kind

if TYPE_CHECKING:
    from domain.register import Register


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
    """One numbered item; ``breach`` where the system put it there, ``amended_at`` when it was last put right.

    ``effect`` is what a change request asks the board to bring about.
    """

    number: int
    kind: ItemKind
    title: str
    about: str | None
    recommendation: str | None
    owner: str | None
    breach: BreachNoted | None
    recorded_at: datetime
    amended_at: datetime | None = None
    effect: Effect | None = None

    @property
    def changed_at(self) -> datetime:
        """When it came to read as it does."""
        return self.amended_at or self.recorded_at


@dataclass(frozen=True, slots=True)
class RemovedItem:
    """An item that was taken off an agenda, and why."""

    number: int
    title: str
    reason: str
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


@dataclass(frozen=True, slots=True)
class Called:
    """For when a meeting was called, and when that was recorded."""

    date: date
    time: time
    place: str | None
    recorded_at: datetime


@dataclass(slots=True)
class Meeting:
    """A meeting of the project board on a local date and time.

    ``calls`` are all the dates that it was ever called for, the present one last. ``awaits_supplement`` where it moved
    after its papers went out and while its new cut-off was ahead; ``agenda_changed_at`` tells of changes after that.
    """

    reference: str
    date: date
    time: time
    place: str | None
    minutes: int = USUAL_MINUTES
    state: MeetingState = MeetingState.SCHEDULED
    items: dict[int, AgendaItem] = field(default_factory=dict)
    removed: dict[int, RemovedItem] = field(default_factory=dict)
    attendance: Attendance | None = None
    interests: list[Interest] = field(default_factory=list)
    cancelled_because: str | None = None
    cancelled_at: datetime | None = None
    calls: list[Called] = field(default_factory=list)
    awaits_supplement: bool = False
    agenda_changed_at: list[datetime] = field(default_factory=list)

    @property
    def free_number(self) -> int:
        """The lowest number that no item of its agenda has or had."""
        given = self.items.keys() | self.removed.keys()
        return next(number for number in range(1, len(given) + 2) if number not in given)

    @property
    def called(self) -> Called:
        """What the meeting is called for."""
        return self.calls[-1]

    def called_at(self, instant: datetime) -> Called | None:
        """Return what the meeting was called for at ``instant``; None where it was not, or no longer."""
        if self.cancelled_at is not None and self.cancelled_at <= instant:
            return None
        return next((each for each in reversed(self.calls) if each.recorded_at <= instant), None)


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


MEETINGS: Kind[Meeting] = Kind("meeting", "B", lambda register: register.meetings)
PROCEDURES: Kind[WrittenProcedure] = Kind("written procedure", "W", lambda register: register.procedures)


def held_or_due(register: Register) -> list[Meeting]:
    """Return the meetings that were not cancelled, in the order of their dates."""
    standing = (each for each in register.meetings.values() if each.state is not MeetingState.CANCELLED)
    return sorted(standing, key=lambda meeting: (meeting.date, meeting.time, meeting.reference))


def note_agenda_change(register: Register, reference: str, recorded_at: datetime) -> None:
    """Note that people changed an agenda; it is told in a supplement where that was after the papers went out."""
    meeting = register.meetings[reference]
    if reference in register.papers.of_meeting and meeting.state is MeetingState.SCHEDULED:
        meeting.agenda_changed_at.append(recorded_at)


def _call(meeting: Meeting, recorded_at: datetime) -> None:
    meeting.calls.append(Called(meeting.date, meeting.time, meeting.place, recorded_at))


@applies(MeetingScheduled)
def scheduled(register: Register, fact: MeetingScheduled, event: Recorded) -> None:
    register.meetings[fact.meeting] = Meeting(
        fact.meeting, fact.date, fact.time, fact.place, fact.minutes or USUAL_MINUTES
    )
    _call(register.meetings[fact.meeting], event.recorded_at)


@applies(MeetingMoved)
def moved(register: Register, fact: MeetingMoved, event: Recorded) -> None:
    meeting = register.meetings[fact.meeting]
    meeting.date, meeting.time = fact.date, fact.time
    meeting.place = fact.place or meeting.place
    meeting.minutes = fact.minutes or meeting.minutes
    _call(meeting, event.recorded_at)
    if meeting.reference in register.papers.of_meeting:
        cut_off = register.calendar.timetable(fact.date).cut_off
        meeting.awaits_supplement |= cut_off > event.recorded_at


@applies(MeetingCancelled)
def cancelled(register: Register, fact: MeetingCancelled, event: Recorded) -> None:
    meeting = register.meetings[fact.meeting]
    meeting.state, meeting.cancelled_because = MeetingState.CANCELLED, fact.reason
    meeting.cancelled_at = event.recorded_at


@applies(AgendaItemAdded)
def item_added(register: Register, fact: AgendaItemAdded, event: Recorded) -> None:
    if fact.breach is None:
        note_agenda_change(register, fact.meeting, event.recorded_at)
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


def _who_asked(register: Register, fact: ChangeRequested, day: date) -> tuple[str, ...]:
    return () if fact.owner is None else (fact.owner,)


@applies(ChangeRequested, about=_who_asked)
def change_requested(register: Register, fact: ChangeRequested, event: Recorded) -> None:
    note_agenda_change(register, fact.meeting, event.recorded_at)
    register.meetings[fact.meeting].items[fact.item] = AgendaItem(
        number=fact.item,
        kind=ItemKind.DECISION,
        title=fact.title,
        about=fact.about,
        recommendation=fact.recommendation,
        owner=fact.owner,
        breach=None,
        recorded_at=event.recorded_at,
        effect=fact.effect,
    )


@applies(AgendaItemAmended)
def item_amended(register: Register, fact: AgendaItemAmended, event: Recorded) -> None:
    note_agenda_change(register, fact.meeting, event.recorded_at)
    items = register.meetings[fact.meeting].items
    items[fact.item] = replace(
        items[fact.item],
        kind=fact.kind,
        title=fact.title,
        about=fact.about,
        recommendation=fact.recommendation,
        owner=fact.owner,
        amended_at=event.recorded_at,
    )


@applies(AgendaItemRemoved)
def item_removed(register: Register, fact: AgendaItemRemoved, event: Recorded) -> None:
    note_agenda_change(register, fact.meeting, event.recorded_at)
    meeting = register.meetings[fact.meeting]
    item = meeting.items.pop(fact.item)
    meeting.removed[fact.item] = RemovedItem(fact.item, item.title, fact.reason, event.recorded_at)


@applies(MeetingOpened)
def opened(register: Register, fact: MeetingOpened, event: Recorded) -> None:
    meeting = register.meetings[fact.meeting]
    meeting.state = MeetingState.IN_PROGRESS
    meeting.attendance = Attendance(fact.present, fact.apologies, fact.substitutes)


@applies(InterestDeclared)
def interest_declared(register: Register, fact: InterestDeclared, event: Recorded) -> None:
    register.meetings[fact.meeting].interests.append(Interest(fact.item, fact.person, fact.nature, fact.follows))


@applies(AttendanceAmended)
def attendance_amended(register: Register, fact: AttendanceAmended, event: Recorded) -> None:
    register.meetings[fact.meeting].attendance = Attendance(fact.present, fact.apologies, fact.substitutes)


@applies(InterestWithdrawn)
def interest_withdrawn(register: Register, fact: InterestWithdrawn, event: Recorded) -> None:
    meeting = register.meetings[fact.meeting]
    meeting.interests = [each for each in meeting.interests if (each.item, each.person) != (fact.item, fact.person)]


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
