"""A history told while it is played: one line for each thing that people would notice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from contracts.events import Fact
from contracts.events.reporting import BreachArisen, BreachEnded, PackIssued, ReturnDue, ReturnOverdue
from contracts.references import full
from domain.calendar import Calendar
from services.cli.counting import counted
from services.cli.plan import Record
from services.programme.board.commands import CloseMeeting
from services.programme.decisions.commands import RecordDecision
from services.programme.file.checking import ProgrammeFile
from services.programme.partnership.commands import FormPartnership


def day(date_: date) -> str:
    """Return a date as it begins a line: ``17 Jul 2014``, always eleven characters."""
    return f"{date_.day:>2} {date_:%b %Y}"


def told_of_record(file: ProgrammeFile, step: Record) -> Iterator[str]:
    """Yield a line for each thing among these entries that people would notice."""
    calendar = file.register.calendar
    decided = 0
    for entry in step.entries:
        on = day(calendar.local_date(entry.at))
        if isinstance(entry.command, FormPartnership):
            yield f"{on}  {entry.command.name} is formed"
        elif isinstance(entry.command, RecordDecision):
            decided += 1
        elif isinstance(entry.command, CloseMeeting):
            meeting = full(file.partnership, entry.command.meeting)
            yield f"{on}  Board meeting {meeting} held: {counted(decided, 'decision')}"
            decided = 0


def told_of_announcements(facts: Sequence[Fact], on: date, calendar: Calendar, mails: int) -> Iterator[str]:
    """Yield a line for each kind of thing that reporting announced at one instant; ``mails`` were sent upon it."""
    sent = f"; {counted(mails, 'e-mail')} sent" if mails else ""
    arisen = [fact for fact in facts if isinstance(fact, BreachArisen)]
    ended = [fact for fact in facts if isinstance(fact, BreachEnded)]
    if arisen:
        put = f"put on the agenda of {arisen[0].meeting}"
        yield f"{day(on)}  Cut-off for {arisen[0].meeting}: {counted(len(arisen), 'breach')} found and {put}"
    if ended:
        yield f"{day(on)}  Cut-off for {ended[0].meeting}: {counted(len(ended), 'breach')} cured or derogated"
    for fact in facts:
        match fact:
            case PackIssued():
                yield f"{day(on)}  Pack {fact.pack} issued for the meeting of {day(fact.meeting_on).strip()}{sent}"
            case ReturnDue():
                due = day(calendar.local_date(fact.deadline)).strip()
                yield f"{day(on)}  Returns for {fact.quarter} are due on {due}: {len(fact.missing)} still to come{sent}"
            case ReturnOverdue():
                late = counted(len(fact.missing), "partner")
                yield f"{day(on)}  Returns for {fact.quarter} are overdue from {late}{sent}"
