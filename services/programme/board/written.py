"""How facts about meetings and written procedures are written as commands."""

from __future__ import annotations

from contracts.events import Fact
from contracts.events.board import (
    AgendaItemAdded,
    AgendaItemAmended,
    AgendaItemRemoved,
    AttendanceAmended,
    ChangeRequested,
    InterestDeclared,
    InterestWithdrawn,
    MeetingCancelled,
    MeetingClosed,
    MeetingMoved,
    MeetingOpened,
    MeetingScheduled,
    WrittenProcedureAnswered,
    WrittenProcedureClosed,
    WrittenProcedureOpened,
)
from contracts.events.decisions import DecisionRecorded
from services.programme.board import commands
from services.programme.core.written import Following, Parts, Written, as_named


def _closes(following: Following) -> Parts:
    fact = following.event.fact
    assert isinstance(fact, WrittenProcedureOpened)
    return {"closes": f"{following.before.calendar.local(fact.closes_at):%Y-%m-%dT%H:%M:%S}"}


def _taken_away(following: Following) -> Parts:
    """Return what an item has no longer: an empty text takes it away."""
    fact = following.event.fact
    assert isinstance(fact, AgendaItemAmended)
    return {name: "" for name in ("about", "recommendation", "owner") if getattr(fact, name) is None}


def _on_behalf_of(following: Following) -> Parts:
    """Return whose answer it is; who answers for themselves is not named."""
    fact = following.event.fact
    assert isinstance(fact, WrittenProcedureAnswered)
    return {"person": None if fact.person == following.event.actor else fact.person}


def _decision(following: Following) -> Parts:
    """Return the decision that a procedure became, which is recorded right behind its closing."""
    recorded = following.later[0].fact if following.later else None
    if isinstance(recorded, DecisionRecorded) and recorded.procedure == following.event.subject:
        return {"decision": recorded.decision}
    return {}


WRITTEN: dict[type[Fact], tuple[Written, ...]] = {
    MeetingScheduled: (Written(commands.ScheduleMeeting, as_named(meeting="code")),),
    MeetingMoved: (Written(commands.MoveMeeting),),
    MeetingCancelled: (Written(commands.CancelMeeting),),
    AgendaItemAdded: (Written(commands.AddAgendaItem),),
    ChangeRequested: (Written(commands.RequestChange),),
    AgendaItemAmended: (Written(commands.AmendAgendaItem, also=_taken_away),),
    AgendaItemRemoved: (Written(commands.RemoveAgendaItem),),
    MeetingOpened: (Written(commands.OpenMeeting),),
    AttendanceAmended: (Written(commands.AmendAttendance),),
    InterestDeclared: (Written(commands.DeclareInterest),),
    InterestWithdrawn: (Written(commands.WithdrawInterest),),
    MeetingClosed: (Written(commands.CloseMeeting),),
    WrittenProcedureOpened: (Written(commands.OpenWrittenProcedure, as_named(procedure="code"), _closes),),
    WrittenProcedureAnswered: (Written(commands.AnswerWrittenProcedure, also=_on_behalf_of),),
    WrittenProcedureClosed: (Written(commands.CloseWrittenProcedure, also=_decision),),
}
