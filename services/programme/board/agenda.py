"""Deciding on what is put right about an agenda, until its meeting begins."""

from __future__ import annotations

from contracts.events.board import AgendaItemAmended, AgendaItemRemoved
from domain.register import Register
from domain.register.board import MeetingState
from domain.register.partners import PARTNERS
from services.programme.board.commands import AmendAgendaItem, RemoveAgendaItem
from services.programme.board.decide import agenda_item, known_subject, meeting_that_is
from services.programme.core import lookup
from services.programme.core.amendments import changes
from services.programme.core.decider import Context, Facts, decides

_TOO_LATE = "its agenda stands as it is"


@decides(AmendAgendaItem)
def amend(register: Register, command: AmendAgendaItem, context: Context) -> Facts:
    meeting = meeting_that_is(register, command.meeting, MeetingState.SCHEDULED, so=_TOO_LATE)
    item = agenda_item(meeting, command.item)
    if command.owner is not None:
        lookup.find(PARTNERS, register, command.owner, "owner")
    present = {part: getattr(item, part) for part in ("kind", "title", "about", "recommendation", "owner")}
    changed = changes(command, **present)
    if command.about is not None:
        changed["about"] = known_subject(register, command.about)
    if present | changed == present:
        return []
    return [AgendaItemAmended(meeting=meeting.reference, item=item.number, **(present | changed))]


@decides(RemoveAgendaItem)
def remove(register: Register, command: RemoveAgendaItem, context: Context) -> Facts:
    meeting = meeting_that_is(register, command.meeting, MeetingState.SCHEDULED, so=_TOO_LATE)
    item = agenda_item(meeting, command.item)
    return [AgendaItemRemoved(meeting=meeting.reference, item=item.number, reason=command.reason)]
