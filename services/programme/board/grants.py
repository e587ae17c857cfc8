"""Who may do what at a meeting: the chair opens and closes it, its members speak for themselves.

What a partner asks the board for, its lead may put right and take back. All else on an agenda is the secretary's.
"""

from __future__ import annotations

from datetime import date

from domain.register import Register
from domain.register.board import MEETINGS
from services.programme.board.commands import (
    AmendAgendaItem,
    AmendAttendance,
    AnswerWrittenProcedure,
    CloseMeeting,
    DeclareInterest,
    OpenMeeting,
    RemoveAgendaItem,
    RequestChange,
    WithdrawInterest,
)
from services.programme.board.requests import who_asks
from services.programme.core import lookup
from services.programme.core.grants import BOARD, CHAIR, LEAD, Grant, Grants, person_in


def _asking(register: Register, command: RequestChange, on: date) -> frozenset[str]:
    partner = who_asks(register, command.effect.as_fact(), on)
    return frozenset() if partner is None else frozenset({partner})


def _asked(register: Register, command: AmendAgendaItem | RemoveAgendaItem, on: date) -> frozenset[str]:
    """The partner that asked for the change which an item carries."""
    item = lookup.find(MEETINGS, register, command.meeting).items.get(command.item)
    return frozenset() if item is None or item.effect is None or item.owner is None else frozenset({item.owner})


def _asked_in_other_words(register: Register, command: AmendAgendaItem, on: date) -> frozenset[str]:
    return _asked(register, command, on) if command.owner is None else frozenset()


_THEMSELVES = (Grant(BOARD, person=person_in("person"), called="the person whose interest it is"),)
GRANTS: Grants = {
    OpenMeeting: (Grant(CHAIR),),
    AmendAttendance: (Grant(CHAIR),),
    CloseMeeting: (Grant(CHAIR),),
    DeclareInterest: _THEMSELVES,
    WithdrawInterest: _THEMSELVES,
    AnswerWrittenProcedure: (Grant(BOARD, person=person_in("person"), called="the member whose answer it is"),),
    RequestChange: (Grant(LEAD, _asking),),
    AmendAgendaItem: (Grant(LEAD, _asked_in_other_words),),
    RemoveAgendaItem: (Grant(LEAD, _asked),),
}
