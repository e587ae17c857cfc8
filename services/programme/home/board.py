"""What needs the members of the board and their substitutes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contracts.events.board import ItemKind
from contracts.events.partnership import Role
from domain.register.board import AgendaItem, Meeting, MeetingState
from domain.register.people import BOARD_ROLES
from domain.wording.cells import Cell, Tone
from domain.wording.dates import plain_date
from domain.wording.numbers import count
from domain.wording.sentences import listed
from services.programme.board.seats import may_sit
from services.programme.home.reader import Need, Reader


def needs(reader: Reader) -> Iterator[Need]:
    """Yield the packs to read, the items to decide, interests to declare and the written procedures to answer."""
    for meeting in reader.coming:
        yield from _papers(reader, meeting)
        yield from _decisions(reader, meeting)
        yield from _interests(reader, meeting)
    yield from _procedures(reader)


def _papers(reader: Reader, meeting: Meeting) -> Iterator[Need]:
    if meeting.reference in reader.packs_out and meeting.state is MeetingState.SCHEDULED:
        what = f"Read the board pack for {plain_date(meeting.date)}"
        yield reader.need(what, reader.to.pack(meeting.reference), reader.starts_at(meeting))


def _decisions(reader: Reader, meeting: Meeting) -> Iterator[Need]:
    """Yield what is on the agenda for decision, once the papers are out or the meeting is near."""
    titles = [item.title for item in _undecided(reader, meeting)]
    if titles and _is_near(reader, meeting):
        what = f"Decide {count(len(titles), 'item')} at the meeting of {plain_date(meeting.date)}"
        yield _at_the_meeting(reader, meeting, what, "#agenda", titles)


def _undecided(reader: Reader, meeting: Meeting) -> list[AgendaItem]:
    """Return the items for decision on which nothing has been recorded yet."""
    decided = {each.item for each in reader.register.decisions.values() if each.meeting == meeting.reference}
    return [item for item in meeting.items.values() if item.kind is ItemKind.DECISION and item.number not in decided]


def _at_the_meeting(reader: Reader, meeting: Meeting, what: str, anchor: str, titles: Sequence[str]) -> Need:
    """Return a line for what is due when a meeting begins, and while it is held."""
    place, note = f"{reader.to.of(meeting.reference)}{anchor}", listed(titles)
    if meeting.state is MeetingState.IN_PROGRESS:
        return Need(what, place, Cell("Now", tone=Tone.CAUTION), meeting.date, f"the meeting is in progress; {note}")
    return reader.need(what, place, reader.starts_at(meeting), note=note)


def _interests(reader: Reader, meeting: Meeting) -> Iterator[Need]:
    """Yield the items for decision that touch a member's own partner, where the member has declared nothing."""
    own = reader.person.partners_on(meeting.date, BOARD_ROLES | {Role.SUBSTITUTE})
    declared = {each.item for each in meeting.interests if each.person == reader.person.id}
    touching = [
        item
        for item in _undecided(reader, meeting)
        if item.number not in declared and not _touched(reader, item).isdisjoint(own)
    ]
    if touching and _is_near(reader, meeting):
        what = f"Declare your interest in {count(len(touching), 'item')}, where you have one"
        titles = [each.title for each in touching]
        yield _at_the_meeting(reader, meeting, what, f"#item-{touching[0].number}", titles)


def _touched(reader: Reader, item: AgendaItem) -> frozenset[str]:
    """Return the partners that an item is about: in breach, by name, or as those who lead or own what it is about."""
    register, about = reader.register, item.about or ""
    found = {about, "" if item.breach is None else item.breach.partner}
    if (milestone := register.milestones.get(about)) is not None:
        found.add(milestone.owner)
    if (risk := register.risks.get(about)) is not None:
        found.add(risk.owner)
    project = register.projects.get(about if milestone is None else milestone.project)
    if project is not None:
        found.add(project.participation.lead_on(reader.on))
    return frozenset(found)


def _is_near(reader: Reader, meeting: Meeting) -> bool:
    return meeting.reference in reader.packs_out or reader.is_soon(reader.starts_at(meeting))


def _procedures(reader: Reader) -> Iterator[Need]:
    """Yield the written procedures that still take an answer from somebody who may sit when they close."""
    for procedure in reader.procedures:
        closes_on = reader.register.calendar.local_date(procedure.closes_at)
        is_asked = may_sit(reader.person, closes_on) and reader.person.id not in procedure.answers
        if is_asked and procedure.closes_at > reader.at:
            what = f"Answer the written procedure “{procedure.title}”"
            yield reader.need(what, reader.to.of(procedure.reference), procedure.closes_at)
