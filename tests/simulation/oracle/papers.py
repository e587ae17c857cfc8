"""Which packs had gone out by an instant, played through minute by minute of the log. Domain, section 10."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from tests.simulation.oracle.almanac import Almanac, Span
from tests.simulation.oracle.log import Known


@dataclass(frozen=True)
class Meeting:
    """When a meeting is, as a pack or the log has it."""

    reference: str
    on: date
    clock: str


@dataclass(frozen=True)
class GoneOut:
    """A pack that went out."""

    meeting: Meeting
    at: datetime


@dataclass
class _Standing:
    meeting: Meeting
    called_at: datetime


def gone_out(known: Known, almanac: Almanac) -> list[GoneOut]:
    """Return the packs that had gone out by the instant up to which the log is known, first to last."""
    formed_at = known.entries[0].at
    standing: dict[str, _Standing] = {}
    out: dict[str, GoneOut] = {}

    def send(until: datetime, *, at_it_too: bool) -> None:
        for reference, each in standing.items():
            meeting = each.meeting
            issue_at = max(
                almanac.instant(almanac.issue_day(meeting.on), time(9)), almanac.cut_off(meeting.on), each.called_at
            )
            is_past = issue_at <= until if at_it_too else issue_at < until
            begins = almanac.instant(meeting.on, time.fromisoformat(meeting.clock))
            if is_past and issue_at < begins and almanac.cut_off(meeting.on) >= formed_at:
                out.setdefault(reference, GoneOut(meeting, issue_at))

    for each in known.of("meeting-scheduled", "meeting-moved", "meeting-cancelled", "meeting-opened"):
        send(each.at, at_it_too=False)
        if each.kind in ("meeting-cancelled", "meeting-opened"):
            standing.pop(each["meeting"], None)
        else:
            meeting = Meeting(each["meeting"], date.fromisoformat(each["date"]), each["time"])
            standing[each["meeting"]] = _Standing(meeting, each.at)
    send(known.by, at_it_too=True)
    return sorted(out.values(), key=lambda each: each.at)


def deadline(known: Known, almanac: Almanac, quarter: Span, own: Meeting | None = None) -> datetime:
    """Return when returns for a quarter are due, as known; ``own`` is the meeting whose pack is made."""
    issued = gone_out(known, almanac)
    if own is not None:
        told = [each for each in issued if each.meeting.reference == own.reference]
        if told and almanac.cut_off(told[0].meeting.on) < known.by:
            own = None  # its pack is out: what is made is a supplement, or a look
        else:
            # What went out at the very cut-off is no news to a pack that is made as at it.
            issued = [each for each in issued if each not in told and each.at < known.by]
    about = [each.meeting for each in issued if almanac.covered(each.meeting.on).label == quarter.label]
    if about:
        first = about[0]
        return deadline(Known(known.entries, almanac.cut_off(first.on)), almanac, quarter, first)
    told_of = {each.meeting.reference for each in issued}
    ahead = [each for each in meetings(known, own) if each.reference not in told_of]
    covering = [each for each in ahead if almanac.covered(each.on).label == quarter.label]
    if not covering:
        return almanac.default_deadline(quarter)
    return almanac.cut_off(min(covering, key=lambda each: (each.on, each.clock, each.reference)).on)


def fixed_deadline(known: Known, almanac: Almanac, quarter: Span) -> datetime | None:
    """Return the deadline that a pack about a quarter had fixed for good, as known; None where none had gone out."""
    about = [each for each in gone_out(known, almanac) if almanac.covered(each.meeting.on).label == quarter.label]
    return deadline(known, almanac, quarter) if about else None


def meetings(known: Known, of_pack: Meeting | None = None) -> list[Meeting]:
    """Return the meetings that stand; the one whose pack is made as that pack announces it."""
    standing: dict[str, Meeting] = {}
    for each in known.of("meeting-scheduled", "meeting-moved", "meeting-cancelled"):
        if each.kind == "meeting-cancelled":
            del standing[each["meeting"]]
        else:
            standing[each["meeting"]] = Meeting(each["meeting"], date.fromisoformat(each["date"]), each["time"])
    if of_pack is not None:
        standing[of_pack.reference] = of_pack
    return list(standing.values())
