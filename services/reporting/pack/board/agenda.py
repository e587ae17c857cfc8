"""The agenda of the meeting that a pack is for, and the written procedures that are open."""

from __future__ import annotations

from contracts.events.board import ItemKind
from domain.register.board import AgendaItem, WrittenProcedure
from services.reporting.pack.briefing import Briefing


def agenda(briefing: Briefing) -> list[AgendaItem]:
    """Return the meeting's items, by number."""
    meeting = briefing.register.meetings.get(briefing.notice.reference)
    return [] if meeting is None else [meeting.items[number] for number in sorted(meeting.items)]


def items_for_decision(briefing: Briefing) -> list[AgendaItem]:
    """Return the items for decision, by number, other than those of breaches, which are listed apart."""
    return [each for each in agenda(briefing) if each.kind is ItemKind.DECISION and each.breach is None]


def open_procedures(briefing: Briefing) -> list[WrittenProcedure]:
    """Return the written procedures that are open, by number."""
    procedures = (each for each in briefing.register.procedures.values() if each.closed_at is None)
    return sorted(procedures, key=lambda each: each.reference)
