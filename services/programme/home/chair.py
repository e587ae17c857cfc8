"""What needs the chair beside what needs every member of the board."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from contracts.events.board import ItemKind
from domain.register.board import AgendaItem, Meeting, MeetingState, held_or_due
from domain.wording.board import quorum_in_words
from domain.wording.cells import Cell, Tone
from domain.wording.dates import plain_date
from domain.wording.numbers import count
from domain.wording.sentences import listed
from services.programme.board.seats import Seat, gone_by, is_quorum, own_seat, seats_at
from services.programme.home.missing import missing_returns
from services.programme.home.reader import Need, Reader, in_short


def needs(reader: Reader) -> Iterator[Need]:
    """Yield whether the board is quorate, agendas that are not ready, returns missing, and what waits for a quorum."""
    for meeting in reader.coming:
        yield from _attendance(reader, meeting)
        yield from _agenda(reader, meeting)
    yield from missing_returns(reader)
    yield from _recommendations(reader)


def _attendance(reader: Reader, meeting: Meeting) -> Iterator[Need]:
    """Yield whether a meeting that is held has a quorum, and whether one that is near is likely to have one."""
    if meeting.state is MeetingState.IN_PROGRESS:
        seats = [*seats_at(reader.register, meeting).values()]
        state = Cell("Quorum", tone=Tone.GOOD) if _suffice(reader, meeting, seats) else Cell("No quorum", tone=Tone.BAD)
        what = f"The meeting of {plain_date(meeting.date)} is in progress"
        yield _seats_filled(reader, meeting, what, state, f"{count(len(seats), 'seat')} filled")
    elif reader.is_soon(reader.starts_at(meeting)):
        yield _forecast(reader, meeting)


def _forecast(reader: Reader, meeting: Meeting) -> Need:
    """Return whether those who hold a seat on the day would be a quorum, and those of them who came last time."""
    members = [each for each in reader.register.people.values() if each.is_on_board_on(meeting.date)]
    seats = [own_seat(each, meeting.date) for each in members]
    what = f"Quorum on {plain_date(meeting.date)}"
    if not _suffice(reader, meeting, seats):
        state = Cell("Cannot be reached", tone=Tone.BAD)
        return _seats_filled(reader, meeting, what, state, f"{count(len(seats), 'seat')} on the board")
    last = next((each for each in reversed(held_or_due(reader.register)) if each.state is MeetingState.CLOSED), None)
    if last is None:
        return _seats_filled(reader, meeting, what, Cell("Not known"), f"{count(len(seats), 'seat')} on the board")
    came = seats_at(reader.register, last)
    again = [each for each in seats if each.person in came]
    likely = _suffice(reader, meeting, again)
    state = Cell("Likely", tone=Tone.GOOD) if likely else Cell("At risk", tone=Tone.CAUTION)
    of_them = f"{len(again)} of the {count(len(seats), 'member')} came on {plain_date(last.date)}"
    return _seats_filled(reader, meeting, what, state, of_them)


def _suffice(reader: Reader, meeting: Meeting, seats: Collection[Seat]) -> bool:
    rules = reader.register.partnership.rules_on(meeting.date)
    return is_quorum(rules, seats, gone_by(reader.register, meeting.date))


def _seats_filled(reader: Reader, meeting: Meeting, what: str, state: Cell, filled: str) -> Need:
    needed = quorum_in_words(reader.register.partnership.rules_on(meeting.date), reader.figures.partner_name)
    return Need(what, reader.to.of(meeting.reference), state, meeting.date, f"{filled}; a quorum is {needed}")


def _agenda(reader: Reader, meeting: Meeting) -> Iterator[Need]:
    lacking = [item.title for item in meeting.items.values() if _lacks_something(item)]
    if not lacking or meeting.state is not MeetingState.SCHEDULED:
        return
    cut_off = reader.register.calendar.timetable(meeting.date).cut_off
    due = cut_off if cut_off > reader.at else reader.starts_at(meeting)
    what = f"{count(len(lacking), 'item')} without a recommendation or an owner on {plain_date(meeting.date)}"
    yield reader.need(what, f"{reader.to.of(meeting.reference)}#agenda", due, note=listed(lacking))


def _recommendations(reader: Reader) -> Iterator[Need]:
    for decision in reader.register.decisions.values():
        if decision.is_recommended and decision.superseded_by is None:
            state = Cell("Awaits a quorum", tone=Tone.CAUTION)
            decided_on = f"recommended without a quorum on {plain_date(decision.effective_on)}"
            yield Need(f"Confirm: {in_short(decision.text)}", reader.to.of(decision.reference), state, by=decided_on)


def _lacks_something(item: AgendaItem) -> bool:
    return not item.owner or (item.kind is ItemKind.DECISION and not item.recommendation)
