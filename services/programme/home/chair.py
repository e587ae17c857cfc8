"""What needs the chair beside what needs every member of the board."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.events.board import ItemKind
from contracts.events.partnership import BoardRules
from domain.register.board import AgendaItem, Meeting, MeetingState
from domain.wording.cells import Cell, Tone
from domain.wording.dates import plain_date
from domain.wording.numbers import count
from domain.wording.sentences import listed
from services.programme.board.seats import gone_by, is_quorum, seats_at
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
    """Yield whether a meeting that is held has a quorum: who comes is not known before it begins."""
    if meeting.state is not MeetingState.IN_PROGRESS:
        return
    seats = seats_at(reader.register, meeting).values()
    rules = reader.register.partnership.rules_on(meeting.date)
    quorate = is_quorum(rules, seats, gone_by(reader.register, meeting.date))
    state = Cell("Quorum", tone=Tone.GOOD) if quorate else Cell("No quorum", tone=Tone.BAD)
    what = f"The meeting of {plain_date(meeting.date)} is in progress"
    filled = f"{count(len(seats), 'seat')} filled; {_quorum_in_words(rules)}"
    yield Need(what, reader.to.of(meeting.reference), state, meeting.date, filled)


def _quorum_in_words(rules: BoardRules) -> str:
    named = f", {listed(rules.must_attend)} among them" if rules.must_attend else ""
    seats, partners = count(rules.quorum_count, "seat"), count(rules.quorum_partners, "partner")
    return f"a quorum is {seats} of {partners}{named}"


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
