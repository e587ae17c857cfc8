"""How what happened to a meeting, or to a written procedure, is told."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.envelope import Recorded
from contracts.events import Fact
from contracts.events.board import (
    AgendaItemAdded,
    AgendaItemAmended,
    MeetingMoved,
    MeetingScheduled,
    WrittenProcedureAnswered,
)
from domain.register.board import Meeting
from domain.wording.happened.board import happened
from services.programme.board.changes import of_items, of_meetings, of_procedures
from services.programme.board.changes.of_items import OnAgenda
from services.programme.pages.changing import Link, offered
from services.programme.pages.happened import Telling, by_kind
from services.runtime.web.partnership.view import View

_PUT_RIGHT: dict[type[Fact], tuple[str, str]] = {
    MeetingScheduled: ("move", "Correct this"),
    MeetingMoved: ("move", "Correct this"),
    AgendaItemAdded: ("amend", "Correct this"),
    AgendaItemAmended: ("amend", "Correct this"),
    WrittenProcedureAnswered: ("answer", "Correct this"),
}


def of_the_meeting(view: View, meeting: Meeting, reader: str) -> list[Link]:
    """Return what whoever reads may change of a meeting."""
    return offered(view, of_meetings.MEETING, meeting, of_meetings.CHANGES, reader)


def of_the_item(view: View, meeting: Meeting, number: int, reader: str) -> list[Link]:
    """Return what whoever reads may change of an item of an agenda."""
    return offered(view, of_items.ITEM, OnAgenda(meeting, meeting.items[number]), of_items.CHANGES, reader)


def _links_of_a_meeting(view: View, event: Recorded, reader: str) -> Sequence[Link]:
    meeting = view.register.meetings[event.fact.subject(view.code)]
    if isinstance(event.fact, AgendaItemAdded | AgendaItemAmended):
        return of_the_item(view, meeting, event.fact.item, reader) if event.fact.item in meeting.items else ()
    return of_the_meeting(view, meeting, reader)


def _links_of_a_procedure(view: View, event: Recorded, reader: str) -> Sequence[Link]:
    procedure = view.register.procedures[event.fact.subject(view.code)]
    return offered(view, of_procedures.PROCEDURE, procedure, of_procedures.CHANGES, reader)


OF_A_MEETING = Telling(happened, by_kind(_PUT_RIGHT), _links_of_a_meeting)
OF_A_PROCEDURE = Telling(happened, by_kind(_PUT_RIGHT), _links_of_a_procedure)
