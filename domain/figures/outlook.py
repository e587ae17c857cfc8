"""What lies ahead of a partnership: its next meeting, the dates up to it, the returns that are being collected."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from domain.calendar import Timetable
from domain.figures.returns import ReturnCollection
from domain.figures.timetable import start_of
from domain.register import Register
from domain.register.board import Meeting, MeetingState, held_or_due
from domain.register.papers import return_deadline


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """The next meeting and what follows from its date."""

    meeting: Meeting
    starts_at: datetime
    timetable: Timetable
    is_issued: bool


@dataclass(frozen=True, slots=True)
class Date:
    """An instant that lies ahead and what it brings."""

    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """What lies ahead; ``dates`` are in their order."""

    next_meeting: NextMeeting | None
    returns: ReturnCollection
    dates: tuple[Date, ...]


def outlook(register: Register, at: datetime, returns: ReturnCollection, issued: Collection[str]) -> Outlook:
    """Return what lies ahead of ``at``.

    ``returns`` are those of the last quarter that ended; ``issued`` are the meetings whose papers are out.
    """
    meeting = next_meeting(register, at, issued)
    following = register.calendar.quarter_after(returns.quarter)
    deadlines = {returns.quarter: returns.deadline, following: return_deadline(register, following, at)}
    dates = [Date(day, f"Returns for {quarter.label} are due") for quarter, day in deadlines.items()]
    dates += _dates_of(meeting)
    ahead = sorted((each for each in dates if each.at > at), key=lambda date: date.at)
    return Outlook(meeting, returns, tuple(ahead))


def next_meeting(register: Register, at: datetime, issued: Collection[str]) -> NextMeeting | None:
    """Return the meeting that is held at ``at`` or comes next; None where none is scheduled."""
    for meeting in held_or_due(register):
        starts_at = start_of(register.calendar, meeting)
        is_ahead = meeting.state is MeetingState.SCHEDULED and starts_at > at
        if is_ahead or meeting.state is MeetingState.IN_PROGRESS:
            timetable = register.calendar.timetable(meeting.date)
            return NextMeeting(meeting, starts_at, timetable, meeting.reference in issued)
    return None


def _dates_of(coming: NextMeeting | None) -> list[Date]:
    if coming is None:
        return []
    reference, times = coming.meeting.reference, coming.timetable
    dates = [Date(coming.starts_at, f"{reference} begins")]
    if not coming.is_issued:
        dates.append(Date(times.cut_off, f"Data cut-off of {reference}: what is recorded by then is in its papers"))
        dates.append(Date(times.issue_at, f"Papers of {reference} go out"))
    return dates
