"""What reporting must do for one partnership and when: look for breaches, issue papers, remind partners of returns.

Everything follows from the register, so a meeting that is moved or cancelled moves or ends its duties with it. Source:
domain.md sections 3, 4 and 7.

- The papers of a meeting go out once, while it is still to begin. From then on nothing more is due for it, wherever it
  moves. A meeting that was held without papers gets none afterwards.
- A meeting entered so late that its times are past has its duties due at once.
- A duty that was missed is made up for until it *lapses*: a meeting's duties when it begins, a reminder when the one
  after it is due.
- Of a history that was imported nobody is told what was due before: its reminders are passed over, and a pack that was
  due by then is issued and mailed to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from contracts.calendar import Calendar, Period
from contracts.events.commitments import TakesPartMeasure
from contracts.register import Register
from contracts.register.board import Meeting, MeetingState, held_or_due, return_deadline
from contracts.register.commitments import Commitment
from contracts.register.partners import Partner
from services.reporting.compliance import is_bound
from services.reporting.ownership import owned_by

REMINDER_TIME = time(9, 0)
AFTER_THE_CUT_OFF = timedelta(seconds=1)
"""What the timetable does at a cut-off is recorded behind it, so that no pack takes it in as a fact of its own."""


class DutyKind(StrEnum):
    """What there is to do, in the order in which it is done where several things fall due together."""

    LOOK_FOR_BREACHES = "look_for_breaches"
    ISSUE_PACK = "issue_pack"
    REMIND_FIRST = "remind_first"
    REMIND_LAST = "remind_last"
    TELL_OVERDUE = "tell_overdue"


DAYS_BEFORE_DEADLINE = {DutyKind.REMIND_FIRST: 14, DutyKind.REMIND_LAST: 3, DutyKind.TELL_OVERDUE: -1}
_WANTED_ALL_THE_SAME = frozenset({DutyKind.LOOK_FOR_BREACHES, DutyKind.ISSUE_PACK})
_ORDER = {kind: place for place, kind in enumerate(DutyKind)}


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to do, for a ``meeting`` (its reference) or for the returns of a ``quarter``, never both.

    ``reference_instant`` is the meeting's cut-off, or the quarter's return deadline, that the duty goes by.
    """

    kind: DutyKind
    due_at: datetime
    lapses_at: datetime
    reference_instant: datetime
    meeting: str | None = None
    quarter: Period | None = None

    @property
    def key(self) -> str:
        """What a duty of its kind is done once for.

        Papers once for the meeting; the others once for each instant they go by, so that a moved one is acted upon.
        """
        if self.kind is DutyKind.ISSUE_PACK:
            return self.meeting or ""
        subject = self.meeting if self.quarter is None else self.quarter.label
        return f"{subject} {self.reference_instant:%Y-%m-%dT%H:%MZ}"


@dataclass(frozen=True, slots=True)
class Done:
    """What has been done for a partnership.

    ``issued`` are the meetings whose papers are out, ``looked_at`` is the latest cut-off at which breaches were looked
    for: at an earlier one there is nothing new to see. ``reminded`` are the other duties, by kind and key.
    """

    issued: frozenset[str] = frozenset()
    looked_at: datetime | None = None
    reminded: frozenset[tuple[DutyKind, str]] = frozenset()

    def covers(self, duty: Duty) -> bool:
        """Say whether ``duty`` needs no more doing."""
        if duty.meeting in self.issued:
            return True
        if duty.kind is DutyKind.LOOK_FOR_BREACHES:
            return self.looked_at is not None and duty.reference_instant <= self.looked_at
        return (duty.kind, duty.key) in self.reminded


def next_duty(register: Register, after: datetime) -> Duty | None:
    """Return the first duty that falls due later than ``after``, None while the partnership has not been formed.

    What fell due earlier, such as the papers of a meeting that was entered late, is not for ``next_duty`` to find but
    for ``duties_due``: look there first.
    """
    if register.formed is None:
        return None
    coming = (duty for duty in _duties(register, around=after) if duty.due_at > after)
    return min(coming, key=_in_order, default=None)


def duties_due(register: Register, done: Done, now: datetime) -> list[Duty]:
    """Return what is due at ``now``, has not been done and has not lapsed, in the order in which it is to be done."""
    if register.formed is None:
        return []
    due = (each for each in _duties(register, around=now) if each.due_at <= now < each.lapses_at)
    wanted = (each for each in due if not done.covers(each) and not _is_bygone(register, each))
    return sorted(wanted, key=_in_order)


def start_of(calendar: Calendar, meeting: Meeting) -> datetime:
    """Return the instant at which the meeting begins."""
    return calendar.instant(meeting.date, meeting.time)


def expected_partners(register: Register, quarter: Period) -> list[str]:
    """Return the codes of the partners that owe a return for ``quarter``: those that were members all through it.

    One that was not a full member throughout owes one only if it has something to report.
    """
    partners = register.partners.values()
    return sorted(partner.code for partner in partners if _owes_a_return(register, partner, quarter))


def missing_returns(register: Register, quarter: Period) -> list[str]:
    """Return the codes of the partners that owe a return for ``quarter`` and have submitted none."""
    submitted = register.returns.submissions
    return [code for code in expected_partners(register, quarter) if not submitted.get((code, quarter.label))]


def _is_bygone(register: Register, duty: Duty) -> bool:
    """Say whether a duty would only tell people what was due before the partnership's history was imported.

    A pack and an agenda are wanted all the same where their meeting is ahead; that pack is mailed to nobody.
    """
    return duty.kind not in _WANTED_ALL_THE_SAME and register.partnership.was_imported_since(duty.due_at)


def _owes_a_return(register: Register, partner: Partner, quarter: Period) -> bool:
    if not partner.is_member_throughout(quarter):
        return False
    return (
        partner.is_full_member_throughout(quarter)
        or any(owned_by(register, partner.code))
        or any(_reports_on(register, each, partner, quarter) for each in register.commitments.values())
    )


def _reports_on(register: Register, commitment: Commitment, partner: Partner, quarter: Period) -> bool:
    """Say whether ``partner`` is bound, in ``quarter``, by a commitment that is met by what it reports."""
    period = commitment.period_of(register.calendar, quarter.last_day)
    overlaps = period.first_day <= quarter.last_day and period.last_day >= quarter.first_day
    is_derived = isinstance(commitment.measure, TakesPartMeasure)
    return overlaps and not is_derived and is_bound(commitment, partner, period)


def _duties(register: Register, around: datetime) -> Iterator[Duty]:
    for meeting in held_or_due(register):
        if meeting.state is MeetingState.SCHEDULED:
            yield from _duties_of_meeting(register.calendar, meeting)
    quarters = _quarters_around(register, around)
    for quarter, following in pairwise(quarters):
        yield from _reminders(register, quarter, following)


def _duties_of_meeting(calendar: Calendar, meeting: Meeting) -> Iterator[Duty]:
    times = calendar.timetable(meeting.date)
    lapses_at = start_of(calendar, meeting)
    just_after = times.cut_off + AFTER_THE_CUT_OFF
    for kind, due_at in (
        (DutyKind.LOOK_FOR_BREACHES, just_after),
        (DutyKind.ISSUE_PACK, max(times.issue_at, just_after)),
    ):
        yield Duty(kind, due_at, lapses_at, times.cut_off, meeting=meeting.reference)


def _quarters_around(register: Register, around: datetime) -> list[Period]:
    """Return every quarter with a reminder near ``around``, and one more at the end.

    A cut-off that covers a quarter lies in the quarter after it, so its reminders begin in its own last days and are
    over in the second quarter after it.
    """
    calendar = register.calendar
    day = calendar.local_date(around)
    present = calendar.quarter_of(day)
    first = max(calendar.quarter_before(present, 2), calendar.quarter_of(register.partnership.formed_on))
    last = calendar.quarter_after(calendar.quarter_after(max(present, first)))
    return list(calendar.quarters_between(first.first_day, last.first_day))


def _reminders(register: Register, quarter: Period, following: Period) -> Iterator[Duty]:
    calendar = register.calendar
    deadline = return_deadline(register, quarter)
    at = _reminder_times(calendar, deadline)
    next_first = _reminder_times(calendar, return_deadline(register, following))(DutyKind.REMIND_FIRST)
    lapses = {
        DutyKind.REMIND_FIRST: at(DutyKind.REMIND_LAST),
        DutyKind.REMIND_LAST: calendar.instant(calendar.local_date(deadline), time.min),
        DutyKind.TELL_OVERDUE: max(next_first, at(DutyKind.TELL_OVERDUE) + timedelta(days=1)),
    }
    for kind, lapses_at in lapses.items():
        yield Duty(kind, at(kind), lapses_at, deadline, quarter=quarter)


def _reminder_times(calendar: Calendar, deadline: datetime) -> Callable[[DutyKind], datetime]:
    day = calendar.local_date(deadline)
    return lambda kind: calendar.instant(day - timedelta(days=DAYS_BEFORE_DEADLINE[kind]), REMINDER_TIME)


def _in_order(duty: Duty) -> tuple[datetime, int, str]:
    return duty.due_at, _ORDER[duty.kind], duty.key
