"""A partner's calendar, as an iCalendar file (RFC 5545) that calendars fetch again and again.

Each entry keeps its UID for as long as what it is about is there. SEQUENCE is the version of the log and DTSTAMP when
that was recorded: the same log gives the same bytes, and whatever changes an entry raises both. What has a time of day
is given in UTC, which every calendar reads without the description of a time zone. Nobody's name stands in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from contracts.paths import path_of_return
from domain.figures.timetable import owes_a_return, start_of
from domain.register import Register
from domain.register.board import MeetingState, held_or_due
from domain.register.papers import notice_of, return_deadline
from services.programme.partners.everything import Everything
from services.runtime.web.partnership.addresses import Addresses

if TYPE_CHECKING:
    from icalendar import Event

MEDIA_TYPE = "text/calendar"
PRODUCT = "-//Concordat//Programme//EN"
_HOURLY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar shows: on a day, or at an instant (UTC) until another.

    ``about`` is the path of what it is about, and ``kind`` tells apart what is about the same thing. ``takes_time``
    where people are busy meanwhile.
    """

    kind: str
    about: str
    summary: str
    starts: date | datetime
    ends: date | datetime
    place: str | None = None
    takes_time: bool = False


def entries(its: Everything) -> Iterator[Entry]:
    """Yield what a partner has to do on a day, and the board's meetings with their cut-offs."""
    to = Addresses(its.figures.register.code)
    for each in its.milestones:
        milestone = each.milestone
        summary = f"Milestone: {milestone.title} ({milestone.reference})"
        yield _all_day("milestone", to.of(milestone.reference), summary, milestone.forecast)
    for action in its.actions:
        yield _all_day("action", to.of(action.reference), f"Action due: {action.text} ({action.reference})", action.due)
    yield from _returns(its, to)
    yield from _meetings(its.figures.register, to)


def _returns(its: Everything, to: Addresses) -> Iterator[Entry]:
    """Yield when the returns are due that the partner owes: for the last quarter that ended and the one after it."""
    figures, code = its.figures, its.partner.code
    ended = figures.calendar.last_ended_quarter(figures.on)
    for quarter in (ended, figures.calendar.quarter_after(ended)):
        if owes_a_return(figures.register, its.partner, quarter):
            due = return_deadline(figures.register, quarter, figures.at)
            about = path_of_return(figures.register.code, quarter.label, code)
            yield Entry("return", about, f"Return for {quarter.label} is due", due, due)


def _meetings(register: Register, to: Addresses) -> Iterator[Entry]:
    for meeting in held_or_due(register):
        about, starts = to.of(meeting.reference), start_of(register.calendar, meeting)
        ends = starts + timedelta(minutes=meeting.minutes)
        yield Entry("meeting", about, f"Project board ({meeting.reference})", starts, ends, meeting.place, True)
        if meeting.state is MeetingState.SCHEDULED:
            cut_off = notice_of(register, meeting).timetable.cut_off
            yield Entry("cut-off", about, f"Cut-off of the pack for {meeting.reference}", cut_off, cut_off)


def _all_day(kind: str, about: str, summary: str, day: date) -> Entry:
    return Entry(kind, about, summary, day, day + timedelta(days=1))


def calendar_of(its: Everything, public_url: str) -> bytes:
    """Return the bytes of a partner's calendar. ``public_url`` is where people reach the pages."""
    from icalendar import Calendar

    register = its.figures.register
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    name = f"{its.partner.name} in {register.partnership.name_on(its.figures.on)}"
    for field in ("name", "x-wr-calname"):
        calendar.add(field, name)
    calendar.add("refresh-interval", _HOURLY, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries(its):
        calendar.add_component(_event(entry, its, public_url))
    return bytes(calendar.to_ical())


def _event(entry: Entry, its: Everything, public_url: str) -> Event:
    from icalendar import Event

    register = its.figures.register
    address = f"{public_url.rstrip('/')}{entry.about}"
    recorded_at = (register.recorded_at or its.figures.at).astimezone(UTC)
    event = Event()
    event.add("uid", str(uuid5(NAMESPACE_URL, f"{address}#{entry.kind}-{its.partner.code}")))
    event.add("sequence", register.position.version)
    event.add("dtstamp", recorded_at)
    event.add("last-modified", recorded_at)
    event.add("dtstart", entry.starts)
    event.add("dtend", entry.ends)
    event.add("summary", entry.summary)
    event.add("url", address)
    event.add("transp", "OPAQUE" if entry.takes_time else "TRANSPARENT")
    if entry.place:
        event.add("location", entry.place)
    return event
