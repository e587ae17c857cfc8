"""When a meeting's papers went out, and what follows for the deadlines of returns. Source: domain.md section 10.

Papers go out by the clock, not by an event of the log: at 09:00 local time on the issue day, or at the cut-off or the
scheduling where that is later. So the log itself says, at any instant, which have gone out: whatever is recorded later
than that finds them gone. Whoever makes a pack again, on any machine, counts by the same deadlines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from domain.calendar import Period, Timetable
from domain.register.board import Called, Meeting, MeetingState, held_or_due

if TYPE_CHECKING:
    from domain.register import Register


@dataclass(frozen=True, slots=True)
class MeetingNotice:
    """A meeting as its papers announce it; date and time are local, the timetable is what follows from the date.

    The quarter of a supplement's timetable is that of the pack that it goes with. ``returns_due`` is when returns for
    that quarter are due, where that is fixed for good: perhaps by another meeting's pack, after this one's cut-off, as
    it was scheduled late.
    """

    reference: str
    date: date
    time: time
    place: str | None
    timetable: Timetable
    returns_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Papers:
    """A pack, or the supplement after a move, as it went out: for which notice, and at which instant."""

    notice: MeetingNotice
    out_at: datetime


@dataclass(slots=True)
class PapersOut:
    """Every meeting's papers: the pack first, then a supplement for each date to which it moved in time.

    ``deadlines`` are by quarter, each with the instant from which it was fixed for good. ``next_at`` is when the next
    papers will be out, as things stand.
    """

    of_meeting: dict[str, list[Papers]] = field(default_factory=dict)
    deadlines: dict[Period, tuple[datetime, datetime]] = field(default_factory=dict)
    next_at: datetime | None = None


def pack_of(register: Register, reference: str) -> Papers | None:
    """Return the pack of a meeting as it went out; None where it had not by the last event."""
    papers = register.papers.of_meeting.get(reference)
    return papers[0] if papers else None


def notice_of(register: Register, meeting: Meeting) -> MeetingNotice:
    """Return a meeting's notice as it stands."""
    called = meeting.called
    return MeetingNotice(meeting.reference, called.date, called.time, called.place, _timetable(register, called))


def papers_to_come(register: Register) -> Iterator[Papers]:
    """Yield the papers that will go out as things stand: packs, and supplements for meetings that moved in time.

    A meeting that begins before they could go out is held without, and so is one with a cut-off before the partnership
    was there: nothing could stand in them.
    """
    for meeting in register.meetings.values():
        if meeting.state is MeetingState.SCHEDULED:
            papers = _papers_to_come(register, meeting)
            if papers is not None and papers.out_at < register.calendar.instant(meeting.date, meeting.time):
                yield papers


def return_deadlines(register: Register, at: datetime, own: MeetingNotice | None = None) -> dict[Period, datetime]:
    """Return when returns are due, as known at ``at``, by quarter that a meeting's pack covers.

    That by which the first pack that went out counted its quarter, for good; before, the cut-off of the first meeting
    whose pack will cover it. ``own`` is the meeting of a pack in the making, which counts as if it were known so: the
    register at a cut-off does not know a meeting that was entered, or moved, after it.
    """
    deadlines, out = _settled(register, at)
    notices = {each.reference: notice_of(register, each) for each in held_or_due(register)}
    if own is not None:
        notices[own.reference] = own
        if own.returns_due is not None:
            deadlines.setdefault(own.timetable.quarter, own.returns_due)
    _follow(deadlines, [each for each in notices.values() if each.reference not in out])
    return deadlines


def with_returns_due(notice: MeetingNotice, register: Register, now: datetime) -> MeetingNotice:
    """Return the notice of an edition with the deadline that a pack about its quarter had fixed for good by ``now``."""
    deadlines, _ = _settled(register, now)
    return replace(notice, returns_due=deadlines.get(notice.timetable.quarter))


def return_deadline(register: Register, quarter: Period, at: datetime) -> datetime:
    """Return when returns for ``quarter`` are due; with no meeting for it, 17:00 on the 14th day after its end."""
    return return_deadlines(register, at).get(quarter) or register.calendar.default_deadline(quarter)


def packs_out(register: Register, at: datetime) -> dict[str, datetime]:
    """Return the meetings whose pack was out at ``at``, as known then, each with the instant at which it went out."""
    return _settled(register, at)[1]


def send_out(register: Register, recorded_at: datetime) -> None:
    """Note the papers that were out before something was recorded; what is recorded at the very instant comes first."""
    gone = [each for each in papers_to_come(register) if each.out_at < recorded_at]
    for papers in sorted(gone, key=lambda each: each.out_at):
        reference, quarter = papers.notice.reference, papers.notice.timetable.quarter
        if reference not in register.papers.of_meeting and quarter not in register.papers.deadlines:
            register.papers.deadlines[quarter] = (_counted_by(register, papers.notice), papers.out_at)
        register.papers.of_meeting.setdefault(reference, []).append(papers)
        register.meetings[reference].awaits_supplement = False
    expect(register)


def expect(register: Register) -> None:
    """Find anew when the next papers will be out: a meeting, a holiday or a rule has changed."""
    register.papers.next_at = min((each.out_at for each in papers_to_come(register)), default=None)


def _settled(register: Register, at: datetime) -> tuple[dict[Period, datetime], dict[str, datetime]]:
    """Return the deadlines that packs had fixed by ``at``, by quarter, and when the packs that were out went."""
    known = register.papers
    deadlines = {quarter: deadline for quarter, (deadline, since) in known.deadlines.items() if since <= at}
    out = {reference: pack.out_at for reference, (pack, *_) in known.of_meeting.items() if pack.out_at <= at}
    for papers in sorted(papers_to_come(register), key=lambda each: each.out_at):
        if papers.out_at <= at and papers.notice.reference not in out:
            out[papers.notice.reference] = papers.out_at
            deadlines.setdefault(papers.notice.timetable.quarter, _counted_by(register, papers.notice))
    return deadlines, out


def _papers_to_come(register: Register, meeting: Meeting) -> Papers | None:
    notice, out = notice_of(register, meeting), register.papers.of_meeting.get(meeting.reference)
    if out is not None:
        if not meeting.awaits_supplement or notice.timetable.cut_off <= out[-1].notice.timetable.cut_off:
            return None
        quarter = out[0].notice.timetable.quarter
        notice = replace(notice, timetable=replace(notice.timetable, quarter=quarter))
    if notice.timetable.cut_off < register.partnership.recorded_at:
        return None
    return Papers(notice, max(notice.timetable.issue_at, meeting.called.recorded_at))


def _counted_by(register: Register, pack: MeetingNotice) -> datetime:
    """Return the deadline by which a pack counts its own quarter: what was known at its cut-off, and itself."""
    cut_off, quarter = pack.timetable.cut_off, pack.timetable.quarter
    known = [pack]
    for meeting in register.meetings.values():
        called = meeting.called_at(cut_off)
        papers = pack_of(register, meeting.reference)
        if called is not None and meeting.reference != pack.reference and not (papers and papers.out_at <= cut_off):
            timetable = _timetable(register, called)
            known.append(MeetingNotice(meeting.reference, called.date, called.time, called.place, timetable))
    deadlines: dict[Period, datetime] = {}
    _follow(deadlines, known)
    return deadlines[quarter]


def _follow(deadlines: dict[Period, datetime], notices: list[MeetingNotice]) -> None:
    """Give each quarter that has no deadline yet the cut-off of the first of these meetings whose pack covers it."""
    for notice in sorted(notices, key=lambda each: (each.date, each.time, each.reference)):
        deadlines.setdefault(notice.timetable.quarter, notice.timetable.cut_off)


def _timetable(register: Register, called: Called) -> Timetable:
    return register.calendar.timetable(called.date)
