"""The letter that asks to a meeting of the board, moves it or calls it off, with its calendar entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from domain.wording.dates import plain_date
from services.notifications.channels.calendar_file import CalendarEvent, calendar_file
from services.notifications.intake.notices import NoticeKind
from services.notifications.letters.letter import Attachment, CalendarEntry, Detail, Letter, Link, Material
from services.notifications.letters.words import weekday
from services.runtime.base.addresses import Address


@dataclass(frozen=True, slots=True)
class Parties:
    """Between whom a calendar entry stands: the sender's address, the recipient's name and address."""

    organiser: Address
    attendee: Address
    attendee_name: str


@dataclass(frozen=True, slots=True)
class _Wording:
    subject: str
    heading: str
    opening: str


def invitation_letter(material: Material, parties: Parties) -> Letter:
    """Return the letter for a meeting as the notice has it; an invitation is an updated one to whom had one before."""
    details = material.notice.details
    on, at = date.fromisoformat(details["date"]), time.fromisoformat(details["time"])
    because: str | None = details["cancelled_because"]
    entry = CalendarEvent(
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
        is_cancelled=because is not None or material.notice.kind is NoticeKind.INVITATION_WITHDRAWN,
    )
    wording = _wording(entry, material, because)
    content = calendar_file(entry)
    return Letter(
        subject=f"{wording.subject} – {material.partnership.name}",
        heading=wording.heading,
        opening=(wording.opening,),
        facts=_facts(entry, details["meeting"]),
        link=Link("See the partnership’s papers", f"{material.public_url}/packs/{material.partnership.code}"),
        why=material.why,
        attachments=(Attachment(f"{details['meeting']}.ics", "application/ics", content),),
        calendar=CalendarEntry(entry.method, content),
    )


def _wording(entry: CalendarEvent, material: Material, because: str | None) -> _Wording:
    on, at = plain_date(entry.starts_at), f"{entry.starts_at:%H:%M}"
    if because is not None:
        return _Wording(
            f"Cancelled: project board on {on}",
            f"The meeting on {on} is cancelled",
            f"The project board will not meet as planned. {because}".rstrip(),
        )
    if material.notice.kind is NoticeKind.INVITATION_WITHDRAWN:
        return _Wording(
            f"No longer invited: project board on {on}",
            f"You are no longer invited to the meeting on {on}",
            "You do not hold a role any longer that is asked to it. The meeting itself is held as planned.",
        )
    if material.was_invited:
        return _Wording(
            f"Updated invitation: project board, {on}, {at}",
            f"The project board meets on {on}",
            "This takes the place of what was sent before about this meeting.",
        )
    return _Wording(
        f"Invitation: project board, {on}, {at}",
        f"The project board meets on {on}",
        "You are invited to a meeting of the project board. Its papers will be sent to you ahead of it.",
    )


def _facts(entry: CalendarEvent, meeting: str) -> tuple[Detail, ...]:
    when = f"{weekday(entry.starts_at)}, {entry.starts_at:%H:%M} to {entry.ends_at:%H:%M}"
    where = (Detail("Where", entry.place),) if entry.place else ()
    return (Detail("When", when), *where, Detail("Meeting", meeting))
