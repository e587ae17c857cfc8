"""What needs the secretary."""

from __future__ import annotations

from collections.abc import Iterator

from domain.register.board import Meeting, MeetingState
from domain.wording.cells import Cell, Tone
from domain.wording.dates import plain_date
from domain.wording.numbers import count
from domain.wording.sentences import listed
from services.programme.home.missing import missing_returns
from services.programme.home.reader import Need, Reader, in_short


def needs(reader: Reader) -> Iterator[Need]:
    """Yield what the office sees to: returns, papers, change requests, breaches, effects, procedures, addresses."""
    yield from missing_returns(reader)
    for meeting in reader.coming:
        yield from _papers(reader, meeting)
        yield from _requests(reader, meeting)
    yield from _breaches(reader)
    yield from _failed_effects(reader)
    yield from _procedures_to_close(reader)
    yield from _without_an_address(reader)


def _papers(reader: Reader, meeting: Meeting) -> Iterator[Need]:
    """Yield the cut-off and the issue of a meeting's papers while they lie ahead and are near."""
    if meeting.state is not MeetingState.SCHEDULED or meeting.reference in reader.packs_out:
        return
    times, of_meeting = reader.register.calendar.timetable(meeting.date), plain_date(meeting.date)
    if times.cut_off > reader.at and reader.is_soon(times.cut_off):
        what = f"Data cut-off for the meeting of {of_meeting}"
        yield reader.need(what, f"{reader.to.of(meeting.reference)}#agenda", times.cut_off)
    if times.issue_at > reader.at and reader.is_soon(times.issue_at):
        yield reader.need(f"Papers for {of_meeting} go out", reader.to.pack(meeting.reference), times.issue_at)


def _requests(reader: Reader, meeting: Meeting) -> Iterator[Need]:
    """Yield the changes that the board is asked for, until the meeting begins."""
    if meeting.state is not MeetingState.SCHEDULED:
        return
    for item in meeting.items.values():
        if item.effect is not None:
            who = "the office" if item.owner is None else reader.figures.partner_name(item.owner)
            by = f"asked for by {who}, item {item.number} on {plain_date(meeting.date)}"
            place = f"{reader.to.of(meeting.reference)}#item-{item.number}"
            yield Need(f"Change request: {in_short(item.title)}", place, Cell("For the board"), by=by)


def _breaches(reader: Reader) -> Iterator[Need]:
    if number := len(reader.figures.breaches):
        what = f"{count(number, 'breach', 'breaches')} of core commitments"
        state = Cell("In breach", tone=Tone.BAD)
        yield Need(what, f"{reader.to.room('commitments')}#breaches", state, by="failed in two periods running")


def _failed_effects(reader: Reader) -> Iterator[Need]:
    for decision in reader.register.decisions.values():
        if decision.refused_because and decision.carried_out_at is None and decision.superseded_by is None:
            state = Cell("Effect failed", tone=Tone.BAD)
            yield Need(in_short(decision.text), reader.to.of(decision.reference), state, by=decision.refused_because)


def _procedures_to_close(reader: Reader) -> Iterator[Need]:
    for procedure in reader.procedures:
        if procedure.closes_at <= reader.at:
            what = f"Close the written procedure “{procedure.title}”"
            yield reader.need(what, reader.to.of(procedure.reference), procedure.closes_at)


def _without_an_address(reader: Reader) -> Iterator[Need]:
    """Yield who holds a role and cannot be reached by e-mail: no reminder, no pack and no sign-in gets to them."""
    directory = reader.beside.directory
    acting = (each.id for each in reader.register.people.values() if each.roles_on(reader.on))
    names = sorted(
        entry.name or person if entry else person
        for person in acting
        if (entry := directory.get(person)) is None or not entry.email
    )
    if names:
        what = f"{count(len(names), 'person', 'people')} without an e-mail address"
        people = reader.to.room("office", "people")
        yield Need(what, people, Cell("Cannot be reached", tone=Tone.CAUTION), by=listed(names))
