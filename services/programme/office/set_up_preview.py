"""What a partnership will be once a programme file has been brought in."""

from __future__ import annotations

from calendar import month_name
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from contracts.events.partnership import Role
from domain.register import Register
from domain.register.board import MeetingState
from domain.register.people import holding
from domain.wording.dates import plain_date
from domain.wording.numbers import count
from domain.wording.sentences import listed
from services.programme.file.checking import ProgrammeFile
from services.programme.file.entries import FileEntry
from services.programme.file.importing import NO_SECRETARY, has_secretary
from services.programme.file.sections import AFTER_PEOPLE

_MEETINGS = {
    MeetingState.SCHEDULED: "scheduled",
    MeetingState.IN_PROGRESS: "in progress",
    MeetingState.CLOSED: "held",
    MeetingState.CANCELLED: "cancelled",
}


@dataclass(frozen=True, slots=True)
class Preview:
    """A partnership that is yet to be: its name and code, facts in words, lists, and what its secretary should know."""

    code: str
    name: str
    vision: str
    facts: Sequence[tuple[str, str]]
    lists: Sequence[tuple[str, Sequence[str]]]
    remarks: Sequence[str]


def preview_of(file: ProgrammeFile, now: datetime) -> Preview:
    """Return what a file will bring in at an instant."""
    register = file.register
    today = register.calendar.local_date(now)
    rules = register.partnership.rules_on(today)
    must = f"; always {listed(register.partners[code].name for code in rules.must_attend)}" if rules.must_attend else ""
    history = [entry for entry in file.entries if entry.path.startswith("history[")]
    facts = (
        ("Formed on", plain_date(register.partnership.formed_on)),
        ("Financial year", f"starts in {month_name[register.calendar.start_month]}"),
        ("Time zone", register.calendar.timezone),
        ("Bank holidays", register.calendar.days_at(today).holiday_set),
        ("Papers", f"{count(rules.clear_days, 'clear working day')} before a meeting"),
        ("Data cut-off", f"{count(rules.cutoff_working_days, 'working day')} before the papers go out, at 17:00"),
        ("Quorum", f"{count(rules.quorum_count, 'member')} of {count(rules.quorum_partners, 'partner')}{must}"),
        ("History", _span(file, history) if history else "none: it begins today"),
    )
    return Preview(
        register.code,
        register.partnership.name_on(today),
        register.partnership.vision_on(today),
        [*facts, *_counted(register, today)],
        [each for each in _lists(file) if each[1]],
        _remarks(file, bool(history)),
    )


def _counted(register: Register, today: date) -> list[tuple[str, str]]:
    people = register.people.values()
    held = [(role.value.replace("_", " "), sum(1 for _ in holding(people, {role}, today))) for role in Role]
    meetings = Counter(each.state for each in register.meetings.values())
    return [
        ("People", listed(count(number, role) for role, number in held if number)),
        ("Milestones", count(len(register.milestones), "milestone")),
        ("Meetings", listed(f"{number} {_MEETINGS[state]}" for state, number in meetings.items())),
        ("Decisions", count(len(register.decisions), "decision")),
    ]


def _lists(file: ProgrammeFile) -> list[tuple[str, Sequence[str]]]:
    register = file.register
    projects = register.projects.values()
    return [
        ("Partners", [each.name for each in register.partners.values()]),
        ("Commitments", [each.title for each in register.commitments.values()]),
        ("Projects", [f"{each.title} ({each.stage.value.replace('_', ' ')})" for each in projects]),
        *((name.capitalize(), _listed(file, name)) for name in AFTER_PEOPLE if name not in ("commitments", "projects")),
    ]


def _listed(file: ProgrammeFile, part: str) -> list[str]:
    """Return the titles of what stands in a part of the file."""
    entries = (each.command for each in file.entries if each.path.startswith(f"{part}["))
    return [str(getattr(each, "title", each.words())) for each in entries]


def _span(file: ProgrammeFile, history: Sequence[FileEntry]) -> str:
    dates = [file.register.calendar.local_date(each.at) for each in history]
    return f"{count(len(history), 'entry', 'entries')}, {plain_date(dates[0])} to {plain_date(dates[-1])}"


def _remarks(file: ProgrammeFile, has_history: bool) -> list[str]:
    remarks = [] if has_secretary(file) else [NO_SECRETARY]
    if has_history:
        remarks.append("Nobody is written to about what was due before today.")
    return remarks
