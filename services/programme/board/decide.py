"""Deciding on the board's meetings: ``scheduled → in_progress → closed``, or ``cancelled``."""

from __future__ import annotations

from contracts.events.board import (
    AgendaItemAdded,
    AttendanceAmended,
    InterestDeclared,
    InterestWithdrawn,
    MeetingCancelled,
    MeetingClosed,
    MeetingMoved,
    MeetingOpened,
    MeetingScheduled,
)
from contracts.references import short
from domain.register import Register
from domain.register.board import MEETINGS, AgendaItem, Meeting, MeetingState
from domain.register.decisions import Decision
from domain.register.partners import PARTNERS
from services.programme.board.attendance import attending
from services.programme.board.breaches import moving_on
from services.programme.board.commands import (
    AddAgendaItem,
    AmendAttendance,
    CancelMeeting,
    CloseMeeting,
    DeclareInterest,
    MoveMeeting,
    OpenMeeting,
    ScheduleMeeting,
    WithdrawInterest,
)
from services.programme.board.requests import asked_again
from services.programme.core import lookup
from services.programme.core.dates import check_dates, check_local_time
from services.programme.core.decider import Context, Facts, NewEvent, Refused, decides
from services.programme.partnership.lookup import find_person

_NOT_OVER = (MeetingState.SCHEDULED, MeetingState.IN_PROGRESS)


@decides(ScheduleMeeting)
def schedule(register: Register, command: ScheduleMeeting, context: Context) -> Facts:
    reference = lookup.free(MEETINGS, register, command.code)
    check_dates(register, command, context)
    check_local_time(register, command.date, command.time)
    return [
        MeetingScheduled(
            meeting=reference, date=command.date, time=command.time, place=command.place, minutes=command.minutes
        )
    ]


@decides(MoveMeeting)
def move(register: Register, command: MoveMeeting, context: Context) -> Facts:
    meeting = meeting_that_is(register, command.meeting, MeetingState.SCHEDULED, so="it cannot be moved")
    stands = (meeting.date, meeting.time, meeting.place, meeting.minutes)
    if stands == (command.date, command.time, command.place or meeting.place, command.minutes or meeting.minutes):
        return []
    check_dates(register, command, context)
    check_local_time(register, command.date, command.time)
    return [
        MeetingMoved(
            meeting=meeting.reference,
            date=command.date,
            time=command.time,
            place=command.place,
            minutes=command.minutes,
        )
    ]


@decides(CancelMeeting)
def cancel(register: Register, command: CancelMeeting, context: Context) -> Facts:
    meeting = meeting_that_is(register, command.meeting, MeetingState.SCHEDULED, so="it cannot be cancelled")
    cancelled = MeetingCancelled(meeting=meeting.reference, reason=command.reason)
    today = register.calendar.local_date(context.now)
    elsewhere = (*moving_on(register, meeting), *asked_again(register, meeting))
    return [NewEvent(cancelled, today), *(NewEvent(item, today, by_system=True) for item in elsewhere)]


@decides(AddAgendaItem)
def add_item(register: Register, command: AddAgendaItem, context: Context) -> Facts:
    meeting = meeting_that_is(register, command.meeting, *_NOT_OVER, so="nothing can be put on its agenda")
    if command.item in meeting.items or command.item in meeting.removed:
        free = meeting.free_number
        raise Refused("item", f"item {command.item} of {meeting.reference} is taken; number {free} is free")
    if command.owner is not None:
        lookup.find(PARTNERS, register, command.owner, "owner")
    return [
        AgendaItemAdded(
            meeting=meeting.reference,
            item=command.item,
            kind=command.kind,
            title=command.title,
            about=command.about and known_subject(register, command.about),
            recommendation=command.recommendation,
            owner=command.owner,
        )
    ]


@decides(OpenMeeting)
def open_meeting(register: Register, command: OpenMeeting, context: Context) -> Facts:
    meeting = meeting_that_is(register, command.meeting, MeetingState.SCHEDULED, so="it cannot be opened")
    present = attending(register, command, meeting.date)
    return [
        MeetingOpened(
            meeting=meeting.reference,
            present=present,
            apologies=tuple(dict.fromkeys(command.apologies)),
            substitutes={str(absent): str(present) for absent, present in command.substitutes.items()},
        )
    ]


@decides(AmendAttendance)
def amend_attendance(register: Register, command: AmendAttendance, context: Context) -> Facts:
    meeting = meeting_that_is(register, command.meeting, MeetingState.IN_PROGRESS, so="who is there cannot be changed")
    amended = AttendanceAmended(
        meeting=meeting.reference,
        present=attending(register, command, meeting.date),
        apologies=tuple(dict.fromkeys(command.apologies)),
        substitutes={str(absent): str(present) for absent, present in command.substitutes.items()},
    )
    there = meeting.attendance
    stands = there is not None and (set(there.present), set(there.apologies), there.substitutes)
    return [] if stands == (set(amended.present), set(amended.apologies), amended.substitutes) else [amended]


@decides(DeclareInterest)
def declare(register: Register, command: DeclareInterest, context: Context) -> Facts:
    meeting = meeting_that_is(register, command.meeting, *_NOT_OVER, so="it is too late to declare an interest")
    item = agenda_item(meeting, command.item)
    person = find_person(register, command.person)
    return [
        InterestDeclared(
            meeting=meeting.reference,
            item=item.number,
            person=person.id,
            nature=command.nature,
            follows=command.follows,
        )
    ]


@decides(WithdrawInterest)
def withdraw_interest(register: Register, command: WithdrawInterest, context: Context) -> Facts:
    meeting = meeting_that_is(register, command.meeting, *_NOT_OVER, so="what was declared stands in its minutes")
    item = agenda_item(meeting, command.item)
    person = find_person(register, command.person)
    if all((each.item, each.person) != (item.number, person.id) for each in meeting.interests):
        raise Refused(
            "person", f"{person.id} has declared no interest in item {item.number}; there is none to take back"
        )
    decided = next((each for each in register.decisions.values() if decides_item(each, meeting, item.number)), None)
    if decided is not None:
        raise Refused(
            "item", f"item {item.number} was decided by {decided.reference}, with the interests that were declared then"
        )
    return [InterestWithdrawn(meeting=meeting.reference, item=item.number, person=person.id, reason=command.reason)]


@decides(CloseMeeting)
def close(register: Register, command: CloseMeeting, context: Context) -> Facts:
    meeting = meeting_that_is(register, command.meeting, MeetingState.IN_PROGRESS, so="it cannot be closed")
    return [MeetingClosed(meeting=meeting.reference)]


def meeting_that_is(register: Register, reference: str, *states: MeetingState, so: str) -> Meeting:
    """Return a meeting in one of these states. Raises Refused, saying in which it is and what does not follow."""
    meeting = lookup.find(MEETINGS, register, reference)
    if meeting.state not in states:
        needed = " or ".join(spoken(state) for state in states)
        raise Refused("meeting", f"{reference} is {spoken(meeting.state)}, not {needed}; {so}")
    return meeting


def decides_item(decision: Decision, meeting: Meeting, item: int) -> bool:
    """Say whether a decision was taken on an item of a meeting."""
    return (decision.meeting, decision.item) == (meeting.reference, item)


def agenda_item(meeting: Meeting, number: int) -> AgendaItem:
    """Return an item of a meeting's agenda. Raises Refused where there is none of this number."""
    item = meeting.items.get(number)
    if item is None:
        there = (
            f"it has {lookup.listed(str(each) for each in sorted(meeting.items))}" if meeting.items else "it has none"
        )
        raise Refused("item", f"no item {number} on the agenda of {meeting.reference}; {there}")
    return item


def spoken(state: MeetingState) -> str:
    """Return a meeting's state in words."""
    return state.replace("_", " ")


def known_subject(register: Register, reference: str) -> str:
    """Return the reference, which must be that of some object; a partner goes by its bare code. Raises Refused."""
    code = short(register.code, reference)
    if code in register.partners:
        return code
    if not lookup.is_known(register, reference):
        raise Refused(
            "about", f"nothing is called {reference}; give the reference of a project, commitment, risk or decision"
        )
    return reference
