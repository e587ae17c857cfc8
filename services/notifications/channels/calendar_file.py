"""A meeting as an iCalendar object (RFC 5545), which mail software puts into people's calendars and keeps up to date.

One meeting keeps one UID; each change raises SEQUENCE. The same facts give the same bytes at any later time, as long as
the time zone database says the same of the zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress

from services.notifications.channels.time_zones import description
from services.runtime.base.addresses import Address
from services.runtime.mail.headers import one_line

PRODUCT = "-//Concordat//Notifications//EN"
_IN_MAILTO = "!$&'*+-.=_~"
"""What stands in a mailto address as it is (RFC 6068), besides letters and digits."""


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """What a calendar is told. ``recorded_at`` is when this state of the meeting was recorded.

    ``starts_at`` is in the partnership's time zone. ``is_cancelled`` takes the entry out of the attendee's calendar.
    """

    uid: str
    sequence: int
    recorded_at: datetime
    starts_at: datetime
    minutes: int
    summary: str
    place: str | None
    address: str
    organiser: Address
    organiser_name: str
    attendee: Address
    attendee_name: str
    is_cancelled: bool

    @property
    def ends_at(self) -> datetime:
        """The local time at which so many minutes have passed, also in a night in which clocks are changed."""
        ends_at = self.starts_at.astimezone(UTC) + timedelta(minutes=self.minutes)
        return ends_at.astimezone(self.starts_at.tzinfo)

    @property
    def method(self) -> str:
        """What the entry asks for (RFC 5546)."""
        return "CANCEL" if self.is_cancelled else "REQUEST"


def calendar_file(entry: CalendarEvent) -> bytes:
    """Return the bytes of the calendar file."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", entry.method)
    zone = entry.starts_at.tzinfo
    assert isinstance(zone, ZoneInfo)
    calendar.add_component(description(zone, entry.starts_at.year))
    calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: CalendarEvent) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.recorded_at.astimezone(UTC))
    event.add("last-modified", entry.recorded_at.astimezone(UTC))
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
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


def _address(address: Address, name: str) -> vCalAddress:
    """Return a calendar address; a parameter's value can hold anything but double quotes and control characters."""
    found = vCalAddress(f"mailto:{quote(address.local, safe=_IN_MAILTO)}@{address.domain}")
    if name:
        found.params["cn"] = one_line(name).replace('"', "’")
    return found
