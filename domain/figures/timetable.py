"""What reporting must do for one partnership and when: look for breaches, issue papers, remind partners of returns.

Everything follows from the register, so a meeting that is moved or cancelled moves or ends its duties with it. Source:
domain.md sections 3, 4, 7 and 10.

- The papers of a meeting go out once, while it is still to begin. A meeting that was held without gets none afterwards.
- If it moves then, and its new cut-off is ahead, a supplement goes out for the new date; if people change its agenda,
  one goes out on the next working day, or at once where the meeting would begin before that.
- A meeting entered so late that its times are past has its duties due at once.
- A duty that was missed is made up for until it *lapses*: a meeting's duties when it begins, a reminder when the one
  after it is due.
- Of a history that was imported nobody is told what was due before: its reminders are passed over, and a pack that was
  due by then is issued and mailed to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from contracts.events.commitments import TakesPartMeasure
from domain.calendar import ISSUE_TIME, Calendar, Period
from domain.figures.compliance import is_bound
from domain.figures.ownership import owned_by
from domain.register import Register
from domain.register.board import Meeting, MeetingState
from domain.register.commitments import Commitment
from domain.register.papers import MeetingNotice, Papers, papers_to_come, return_deadline
from domain.register.partners import Partner

REMINDER_TIME = time(9, 0)
AFTER_THE_CUT_OFF = timedelta(seconds=1)
"""What the timetable does at a cut-off is recorded behind it, so that no pack takes it in as a fact of its own."""


class DutyKind(StrEnum):
    """What there is to do, in the order in which it is done where several things fall due together."""

    LOOK_FOR_BREACHES = "look_for_breaches"
    ISSUE_PACK = "issue_pack"
    ISSUE_SUPPLEMENT = "issue_supplement"
    TELL_OF_AGENDA = "tell_of_agenda"
    REMIND_FIRST = "remind_first"
    REMIND_LAST = "remind_last"
    TELL_OVERDUE = "tell_overdue"


DAYS_BEFORE_DEADLINE = {DutyKind.REMIND_FIRST: 14, DutyKind.REMIND_LAST: 3, DutyKind.TELL_OVERDUE: -1}
_WANTED_ALL_THE_SAME = frozenset({DutyKind.LOOK_FOR_BREACHES, DutyKind.ISSUE_PACK, DutyKind.ISSUE_SUPPLEMENT})
_UNTIL_ISSUED = frozenset({DutyKind.LOOK_FOR_BREACHES, DutyKind.ISSUE_PACK})
_NEVER = datetime.min.replace(tzinfo=UTC)
_ORDER = {kind: place for place, kind in enumerate(DutyKind)}


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to do, for a ``meeting`` (its reference) or for the returns of a ``quarter``, never both.

    ``reference_instant`` is what the duty goes by: a cut-off, the quarter's return deadline or, for changes of an
    agenda, of which the last was at ``changed_at``, the instant up to which they are told. ``notice`` is the papers'.
    """

    kind: DutyKind
    due_at: datetime
    lapses_at: datetime
    reference_instant: datetime
    meeting: str | None = None
    quarter: Period | None = None
    notice: MeetingNotice | None = None
    changed_at: datetime | None = None

    @property
    def key(self) -> str:
        """What a duty of its kind is done once for.

        Papers once for the meeting; the others once for each instant they go by, so that a moved one is acted upon.
        """
        if self.kind is DutyKind.ISSUE_PACK:
            return self.meeting or ""
        if self.kind is DutyKind.TELL_OF_AGENDA:
            return f"{self.meeting} {self.reference_instant.isoformat()}"
        subject = self.meeting if self.quarter is None else self.quarter.label
        return f"{subject} {self.reference_instant:%Y-%m-%dT%H:%MZ}"


@dataclass(frozen=True, slots=True)
class Done:
    """What has been done for a partnership.

    ``issued`` are the meetings whose papers are out, ``looked_at`` is the latest cut-off at which breaches were looked
    for: at an earlier one there is nothing new to see. ``reminded`` are the other duties, by kind and key; ``taken_in``
    says by meeting up to when its editions have told.
    """

    issued: frozenset[str] = frozenset()
    looked_at: datetime | None = None
    reminded: frozenset[tuple[DutyKind, str]] = frozenset()
    taken_in: Mapping[str, datetime] = field(default_factory=dict)

    def covers(self, duty: Duty) -> bool:
        """Say whether ``duty`` needs no more doing."""
        if duty.kind in _UNTIL_ISSUED and duty.meeting in self.issued:
            return True
        if duty.changed_at is not None and duty.changed_at <= self.taken_in.get(duty.meeting or "", _NEVER):
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


def as_it_stands(register: Register, duty: Duty, now: datetime) -> Duty | None:
    """Return a duty that was found due as the register has it now; None where it is none any more."""
    same = (each for each in _duties(register, around=now) if (each.kind, each.key) == (duty.kind, duty.key))
    return next(same, None)


def start_of(calendar: Calendar, meeting: Meeting) -> datetime:
    """Return the instant at which the meeting begins."""
    return calendar.instant(meeting.date, meeting.time)


def expected_partners(register: Register, quarter: Period) -> list[str]:
    """Return the codes of the partners that owe a return for ``quarter``: those that were members all through it.

    One that was not a full member throughout owes one only if it has something to report.
    """
    partners = register.partners.values()
    return sorted(partner.code for partner in partners if owes_a_return(register, partner, quarter))


def owes_a_return(register: Register, partner: Partner, quarter: Period) -> bool:
    """Say whether a partner is one of those that owe a return for ``quarter``."""
    if not partner.is_member_throughout(quarter):
        return False
    return (
        partner.is_full_member_throughout(quarter)
        or any(owned_by(register, partner.code, quarter.last_day))
        or any(_reports_on(register, each, partner, quarter) for each in register.commitments.values())
    )


def missing_returns(register: Register, quarter: Period) -> list[str]:
    """Return the codes of the partners that owe a return for ``quarter`` and have submitted none."""
    return not_submitted(register, quarter, expected_partners(register, quarter))


def not_submitted(register: Register, quarter: Period, expected: Iterable[str]) -> list[str]:
    """Return those of the partners ``expected`` to submit a return for ``quarter`` that have not."""
    submitted = register.returns.submissions
    return [code for code in expected if not submitted.get((code, quarter.label))]


def _is_bygone(register: Register, duty: Duty) -> bool:
    """Say whether a duty would only tell people what was due before the partnership's history was imported.

    A pack and an agenda are wanted all the same where their meeting is ahead; that pack is mailed to nobody.
    """
    return duty.kind not in _WANTED_ALL_THE_SAME and register.partnership.was_imported_since(duty.due_at)


def _reports_on(register: Register, commitment: Commitment, partner: Partner, quarter: Period) -> bool:
    """Say whether ``partner`` is bound, in ``quarter``, by a commitment that is met by what it reports."""
    period = commitment.period_of(register.calendar, quarter.last_day)
    overlaps = period.first_day <= quarter.last_day and period.last_day >= quarter.first_day
    is_derived = isinstance(commitment.measure, TakesPartMeasure)
    return overlaps and not is_derived and is_bound(commitment, partner, period)


def _duties(register: Register, around: datetime) -> Iterator[Duty]:
    due_papers = {papers.notice.reference: papers for papers in papers_to_come(register)}
    for meeting in register.meetings.values():
        if meeting.state is MeetingState.SCHEDULED:
            coming = due_papers.get(meeting.reference)
            out = register.papers.of_meeting.get(meeting.reference, [])
            yield from _duties_of_papers(register, meeting, out if coming is None else [*out, coming])
            yield from _duties_of_agenda(register.calendar, meeting)
    quarters = _quarters_around(register, around)
    for quarter, following in pairwise(quarters):
        yield from _reminders(register, around, quarter, following)


def _duties_of_papers(register: Register, meeting: Meeting, papers: Sequence[Papers]) -> Iterator[Duty]:
    """Yield what there is to do for a meeting's papers: the pack, then the supplements for the dates it moved to."""
    lapses_at = start_of(register.calendar, meeting)
    for number, each in enumerate(papers):
        cut_off = each.notice.timetable.cut_off
        just_after = cut_off + AFTER_THE_CUT_OFF
        duties = [(DutyKind.ISSUE_PACK if number == 0 else DutyKind.ISSUE_SUPPLEMENT, max(each.out_at, just_after))]
        if number == 0:
            duties.append((DutyKind.LOOK_FOR_BREACHES, just_after))
        for kind, due_at in duties:
            yield Duty(kind, due_at, lapses_at, cut_off, meeting=meeting.reference, notice=each.notice)


def _duties_of_agenda(calendar: Calendar, meeting: Meeting) -> Iterator[Duty]:
    """Yield a duty for each instant at which changes of the agenda are told together."""
    begins_at = start_of(calendar, meeting)
    last_changes: dict[datetime, datetime] = {}
    for changed_at in meeting.agenda_changed_at:
        next_day = calendar.instant(calendar.next_working_day(calendar.local_date(changed_at)), ISSUE_TIME)
        last_changes[next_day if next_day < begins_at else changed_at] = changed_at
    for told_at, changed_at in last_changes.items():
        yield Duty(
            DutyKind.TELL_OF_AGENDA, told_at, begins_at, told_at, meeting=meeting.reference, changed_at=changed_at
        )


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


def _reminders(register: Register, around: datetime, quarter: Period, following: Period) -> Iterator[Duty]:
    calendar = register.calendar
    deadline = return_deadline(register, quarter, around)
    at = _reminder_times(calendar, deadline)
    next_first = _reminder_times(calendar, return_deadline(register, following, around))(DutyKind.REMIND_FIRST)
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
