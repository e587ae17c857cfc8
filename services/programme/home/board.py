"""What needs the members of the board and their substitutes."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.events.board import ItemKind
from domain.register.board import Meeting
from domain.wording.dates import plain_date
from domain.wording.numbers import count
from domain.wording.sentences import listed
from services.programme.board.seats import may_sit
from services.programme.home.reader import Need, Reader


def needs(reader: Reader) -> Iterator[Need]:
    """Yield the packs to read, the items to decide and the written procedures to answer."""
    for meeting in reader.coming:
        yield from _papers(reader, meeting)
        yield from _decisions(reader, meeting)
    yield from _procedures(reader)


def _papers(reader: Reader, meeting: Meeting) -> Iterator[Need]:
    if meeting.reference in reader.packs_out:
        what = f"Read the board pack for {plain_date(meeting.date)}"
        yield reader.need(what, reader.to.pack(meeting.reference), reader.starts_at(meeting))


def _decisions(reader: Reader, meeting: Meeting) -> Iterator[Need]:
    """Yield what is on the agenda for decision, once the papers are out or the meeting is near."""
    titles = [item.title for item in meeting.items.values() if item.kind is ItemKind.DECISION]
    starts_at = reader.starts_at(meeting)
    if titles and (meeting.reference in reader.packs_out or reader.is_soon(starts_at)):
        what = f"Decide {count(len(titles), 'item')} at the meeting of {plain_date(meeting.date)}"
        yield reader.need(what, f"{reader.to.of(meeting.reference)}#agenda", starts_at, note=listed(titles))


def _procedures(reader: Reader) -> Iterator[Need]:
    """Yield the written procedures that still take an answer from somebody who may sit when they close."""
    for procedure in reader.procedures:
        closes_on = reader.register.calendar.local_date(procedure.closes_at)
        is_asked = may_sit(reader.person, closes_on) and reader.person.id not in procedure.answers
        if is_asked and procedure.closes_at > reader.at:
            what = f"Answer the written procedure “{procedure.title}”"
            yield reader.need(what, reader.to.of(procedure.reference), procedure.closes_at)
