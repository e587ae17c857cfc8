"""The letter that asks to a meeting of the board, moves it or calls it off, with its calendar entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from services.notifications.calendar_file import Entry, calendar_file
from services.notifications.letters.letter import Attachment, CalendarEntry, Fact, Letter, Link, Material
from services.notifications.letters.words import weekday
from services.runtime.addresses import Address
from services.runtime.web.pages import day


@dataclass(frozen=True, slots=True)
class Parties:
    """Between whom a calendar entry stands: the sender's address, the recipient's name and address."""

    organiser: Address
    attendee: Address
    attendee_name: str


def invitation_letter(material: Material, parties: Parties) -> Letter:
    """Return the letter for a meeting as the notice has it."""
    details = material.notice.details
    on, at = date.fromisoformat(details["date"]), time.fromisoformat(details["time"])
    because: str | None = details["cancelled_because"]
    entry = Entry(
        uid=details["uid"],
        sequence=details["sequence"],
        recorded_at=material.notice.recorded_at,
        starts_at=datetime.combine(on, at, material.partnership.zone),
        minutes=details["minutes"],
        summary=f"Project board – {material.partnership.name}",
        place=details["place"],
        address=material.home,
        organiser=parties.organiser,
        organiser_name=material.partnership.name,
        attendee=parties.attendee,
        attendee_name=parties.attendee_name,
        is_cancelled=because is not None,
    )
    content = calendar_file(entry)
    return Letter(
        subject=f"{_subject(entry, on, at)} – {material.partnership.name}",
        heading=_heading(entry, on),
        opening=_opening(entry, because),
        facts=_facts(entry, details["meeting"]),
        link=Link("See the partnership’s papers", f"{material.home}/packs"),
        why=material.why,
        attachments=(Attachment(f"{details['meeting']}.ics", "application/ics", content),),
        calendar=CalendarEntry(entry.method, content),
    )


def _subject(entry: Entry, on: date, at: time) -> str:
    if entry.is_cancelled:
        return f"Cancelled: project board on {day(on)}"
    kind = "Updated invitation" if entry.sequence else "Invitation"
    return f"{kind}: project board, {day(on)}, {at:%H:%M}"


def _heading(entry: Entry, on: date) -> str:
    if entry.is_cancelled:
        return f"The meeting on {day(on)} is cancelled"
    return f"The project board meets on {day(on)}"


def _opening(entry: Entry, because: str | None) -> tuple[str, ...]:
    if because is not None:
        return (f"The project board will not meet as planned. {because}".rstrip(),)
    if entry.sequence:
        return ("This takes the place of what was sent before about this meeting.",)
    return ("You are invited to a meeting of the project board. Its papers will be sent to you ahead of it.",)


def _facts(entry: Entry, meeting: str) -> tuple[Fact, ...]:
    when = f"{weekday(entry.starts_at)}, {entry.starts_at:%H:%M} to {entry.ends_at:%H:%M}"
    where = (Fact("Where", entry.place),) if entry.place else ()
    return (Fact("When", when), *where, Fact("Meeting", meeting))
