"""In which order a programme file is played: its entries, and between them what the timetable asks for.

The timetable acts by the file's clock. Before an entry is recorded, everything is done that fell due strictly before
it; entries between two such instants form one group, recorded in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce

from contracts.events.board import (
    AgendaItemAdded,
    AgendaItemAmended,
    AgendaItemRemoved,
    MeetingCancelled,
    MeetingMoved,
    MeetingOpened,
    MeetingScheduled,
)
from contracts.events.partnership import HolidayAdded, HolidayRemoved, PartnershipAmended, PartnershipFormed
from domain.figures.timetable import Done, Duty, DutyKind, duties_due, next_duty, start_of
from domain.register.board import held_or_due
from services.programme.file.checking import ProgrammeFile
from services.programme.file.entries import FileEntry
from services.programme.file.shadow import Shadow

_MOVES_DUTIES = (
    *(PartnershipFormed, PartnershipAmended, HolidayAdded, HolidayRemoved),
    *(MeetingScheduled, MeetingMoved, MeetingCancelled, MeetingOpened),
    *(AgendaItemAdded, AgendaItemAmended, AgendaItemRemoved),
)


@dataclass(frozen=True, slots=True)
class Record:
    """Record these entries, in one transaction."""

    entries: tuple[FileEntry, ...]


@dataclass(frozen=True, slots=True)
class Keep:
    """Let the timetable do, at this instant, these duties and no others."""

    at: datetime
    duties: tuple[Duty, ...]


Step = Record | Keep


def plan(file: ProgrammeFile, *, beyond: bool = False) -> Iterator[Step]:
    """Yield the steps that play ``file``, first to last.

    With ``beyond`` the timetable's duties go on after the last entry, for as long as any meeting is still to have its
    papers; a caller takes as many steps as it needs.
    """
    planner = _Planner(file)
    for entry in file.entries:
        yield from planner.until(entry.at)
        planner.take(entry)
    yield from planner.made_up()
    yield from planner.recorded()
    if beyond:
        yield from planner.papers_to_come()


class _Planner:
    """Plays the file on a shadow of the partnership's register."""

    def __init__(self, file: ProgrammeFile) -> None:
        self._shadow = Shadow(file.partnership, file.entries)
        self._pending: list[FileEntry] = []
        self._began = self._clock = file.entries[0].at
        self._next: Duty | None = None
        self._moved = False
        self._done = Done()

    def take(self, entry: FileEntry) -> None:
        events = self._shadow.carry_out(entry)
        self._pending.append(entry)
        self._clock = entry.at
        if any(isinstance(event.fact, _MOVES_DUTIES) for event in events):
            self._moved = True
            self._look_ahead()

    def until(self, instant: datetime) -> Iterator[Step]:
        """Yield what is to be done before ``instant``."""
        if instant > self._clock:
            yield from self.made_up()
        while self._next is not None and self._next.due_at < instant:
            yield from self._keep(self._next.due_at)

    def made_up(self) -> Iterator[Step]:
        """Yield what fell due before it was known of, because a meeting was entered late."""
        if self._moved:
            self._moved = False
            yield from self._keep(self._clock)

    def recorded(self) -> Iterator[Step]:
        if self._pending:
            yield Record(tuple(self._pending))
            self._pending.clear()

    def papers_to_come(self) -> Iterator[Step]:
        """Yield what is to be done until the last meeting begins."""
        yield from self.until(self._last_meeting())

    def _keep(self, at: datetime) -> Iterator[Step]:
        due = duties_due(self._shadow.register, self._done, at)
        wanted = tuple(duty for duty in due if duty.reference_instant >= self._began)
        if wanted:
            yield from self.recorded()
            yield Keep(at, wanted)
            self._done = reduce(_with, wanted, self._done)
        self._clock = at
        self._look_ahead()

    def _look_ahead(self) -> None:
        self._next = next_duty(self._shadow.register, self._clock)

    def _last_meeting(self) -> datetime:
        """Return when the last meeting begins that is known of; the present instant where none is to come."""
        register = self._shadow.register
        starts = (start_of(register.calendar, meeting) for meeting in held_or_due(register))
        return max(starts, default=self._clock)


def _with(done: Done, duty: Duty) -> Done:
    """Return what has been done once ``duty`` has been, too."""
    if duty.kind is DutyKind.ISSUE_PACK and duty.meeting is not None:
        taken_in = {**done.taken_in, duty.meeting: duty.reference_instant}
        return replace(done, issued=done.issued | {duty.meeting}, taken_in=taken_in)
    if duty.kind is DutyKind.LOOK_FOR_BREACHES:
        return replace(done, looked_at=max(done.looked_at or duty.reference_instant, duty.reference_instant))
    if duty.meeting is not None:
        latest = max(done.taken_in.get(duty.meeting, duty.reference_instant), duty.reference_instant)
        done = replace(done, taken_in={**done.taken_in, duty.meeting: latest})
    return replace(done, reminded=done.reminded | {(duty.kind, duty.key)})
