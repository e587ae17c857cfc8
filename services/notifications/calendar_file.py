"""A meeting as an iCalendar object (RFC 5545), which mail software puts into people's calendars and keeps up to date.

One meeting keeps one UID; each change raises SEQUENCE. The same facts give the same bytes at any later time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress

from services.notifications.letters.words import one_line

PRODUCT = "-//Concordat//Notifications//EN"
LENGTH = timedelta(hours=2)
"""How long a calendar keeps free for a meeting. The partnership records only when one begins."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar is told. ``recorded_at`` is when this state of the meeting was recorded."""

    uid: str
    sequence: int
    recorded_at: datetime
    starts_at: datetime
    timezone: str
    summary: str
    place: str | None
    address: str
    organiser: str
    organiser_name: str
    attendee: str
    attendee_name: str
    is_cancelled: bool

    @property
    def method(self) -> str:
        """What the entry asks for (RFC 5546)."""
        return "CANCEL" if self.is_cancelled else "REQUEST"


def calendar_file(entry: Entry) -> bytes:
    """Return the bytes of the calendar file."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", entry.method)
    calendar.add_component(_event(entry))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.recorded_at.astimezone(UTC))
    event.add("last-modified", entry.recorded_at.astimezone(UTC))
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.starts_at + LENGTH)
    event.add("summary", entry.summary)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("url", entry.address)
    if entry.place:
        event.add("location", entry.place)
    event.add("organizer", _address(entry.organiser, entry.organiser_name))
    attendee = _address(entry.attendee, entry.attendee_name)
    attendee.params.update({"role": "REQ-PARTICIPANT", "partstat": "NEEDS-ACTION", "rsvp": "FALSE"})
    event.add("attendee", attendee)
    return event


def _address(address: str, name: str) -> vCalAddress:
    """Return a calendar address; a parameter's value can hold anything but double quotes and control characters."""
    found = vCalAddress(f"mailto:{address}")
    if name:
        found.params["cn"] = one_line(name).replace('"', "’")
    return found
