"""How what happened to a meeting, or to a written procedure, is told."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.envelope import Recorded
from contracts.events import Fact
from contracts.events.board import (
    AgendaItemAdded,
    AgendaItemAmended,
    AgendaItemRemoved,
    AttendanceAmended,
    ChangeRequested,
    InterestDeclared,
    MeetingCancelled,
    MeetingClosed,
    MeetingMoved,
    MeetingOpened,
    MeetingScheduled,
    WrittenProcedureAnswered,
    WrittenProcedureClosed,
    WrittenProcedureOpened,
)
from domain.register.board import Meeting
from domain.wording.happened.board import happened
from services.programme.board.changes import holding, of_items, of_meetings, of_procedures
from services.programme.board.changes.of_items import OnAgenda
from services.programme.decisions.changes import recording
from services.programme.pages.changing import Link, offered
from services.programme.pages.happened import Telling, by_kind
from services.runtime.web.partnership.view import View

_PUT_RIGHT: dict[type[Fact], tuple[str, str]] = {
    MeetingScheduled: ("move", "Correct this"),
    MeetingMoved: ("move", "Correct this"),
    AgendaItemAdded: ("amend", "Correct this"),
    AgendaItemAmended: ("amend", "Correct this"),
    ChangeRequested: ("remove", "Take it back"),
    InterestDeclared: ("take-back", "Undo"),
    MeetingOpened: ("attendance", "Correct who is there"),
    AttendanceAmended: ("attendance", "Correct this"),
    WrittenProcedureAnswered: ("answer", "Correct this"),
}


OF_MEETING = (*holding.HOLDING, *of_meetings.CHANGES)
OF_ITEM = (*recording.RECORDING, *of_items.CHANGES)


def of_the_meeting(view: View, meeting: Meeting, reader: str) -> list[Link]:
    """Return what whoever reads may change of a meeting."""
    return offered(view, of_meetings.MEETING, meeting, OF_MEETING, reader)


def of_the_item(view: View, meeting: Meeting, number: int, reader: str) -> list[Link]:
    """Return what whoever reads may change of an item of an agenda."""
    return offered(view, of_items.ITEM, OnAgenda(meeting, meeting.items[number]), OF_ITEM, reader)


def _links_of_a_meeting(view: View, event: Recorded, reader: str) -> Sequence[Link]:
    meeting = view.register.meetings[event.fact.subject(view.code)]
    if isinstance(event.fact, AgendaItemAdded | AgendaItemAmended | ChangeRequested | InterestDeclared):
        return of_the_item(view, meeting, event.fact.item, reader) if event.fact.item in meeting.items else ()
    return of_the_meeting(view, meeting, reader)


def _links_of_a_procedure(view: View, event: Recorded, reader: str) -> Sequence[Link]:
    procedure = view.register.procedures[event.fact.subject(view.code)]
    return offered(view, of_procedures.PROCEDURE, procedure, of_procedures.CHANGES, reader)


_IN_THE_RECORD = "It stands in the record of the meeting, and stays."
_STAYS: dict[type[Fact], str] = {
    MeetingCancelled: "A cancelled meeting is not held any more. Schedule another.",
    MeetingOpened: _IN_THE_RECORD,
    MeetingClosed: _IN_THE_RECORD,
    InterestDeclared: _IN_THE_RECORD,
    AgendaItemRemoved: "Its number is not given again. Add the item anew.",
    WrittenProcedureOpened: "Members may have answered. Close it, and open another.",
    WrittenProcedureClosed: "What came of it stands. A later decision can supersede it.",
}
OF_A_MEETING = Telling(happened, by_kind(_PUT_RIGHT), _links_of_a_meeting, stays=_STAYS)
OF_A_PROCEDURE = Telling(happened, by_kind(_PUT_RIGHT), _links_of_a_procedure, stays=_STAYS)
