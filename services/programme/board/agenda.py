"""Deciding on what is put right about an agenda, until its meeting begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.events.board import AgendaItemAmended, AgendaItemRemoved
from domain.register import Register
from domain.register.board import AgendaItem, MeetingState
from domain.register.partners import PARTNERS
from services.programme.board.commands import AmendAgendaItem, RemoveAgendaItem
from services.programme.board.decide import agenda_item, known_subject, meeting_that_is
from services.programme.core import lookup
from services.programme.core.amendments import changes
from services.programme.core.decider import Context, Facts, Refused, decides

_TOO_LATE = "its agenda stands as it is"


@decides(AmendAgendaItem)
def amend(register: Register, command: AmendAgendaItem, context: Context) -> Facts:
    meeting = meeting_that_is(register, command.meeting, MeetingState.SCHEDULED, so=_TOO_LATE)
    item = agenda_item(meeting, command.item)
    if command.owner:
        lookup.find(PARTNERS, register, command.owner, "owner")
    present = {part: getattr(item, part) for part in ("kind", "title", "about", "recommendation", "owner")}
    changed = {part: value or None for part, value in changes(command, **present).items()}
    if command.about:
        changed["about"] = known_subject(register, command.about)
    _check_request(item, changed)
    if present | changed == present:
        return []
    return [AgendaItemAmended(meeting=meeting.reference, item=item.number, **(present | changed))]


@decides(RemoveAgendaItem)
def remove(register: Register, command: RemoveAgendaItem, context: Context) -> Facts:
    meeting = meeting_that_is(register, command.meeting, MeetingState.SCHEDULED, so=_TOO_LATE)
    item = agenda_item(meeting, command.item)
    return [AgendaItemRemoved(meeting=meeting.reference, item=item.number, reason=command.reason)]


def _check_request(item: AgendaItem, changed: Mapping[str, Any]) -> None:
    """Raise Refused where an item that carries a change would be about something else, or decide nothing."""
    if item.effect is None:
        return
    for part in ("kind", "about"):
        if changed.get(part, getattr(item, part)) != getattr(item, part):
            raise Refused(
                part, f"item {item.number} asks for a change, for decision and about {item.about}; take it off instead"
            )
