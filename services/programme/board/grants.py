"""Who may do what at a meeting: the chair opens and closes it, its members speak for themselves."""

from __future__ import annotations

from services.programme.board.commands import AnswerWrittenProcedure, CloseMeeting, DeclareInterest, OpenMeeting
from services.programme.core.grants import BOARD, CHAIR, Grant, Grants, person_in

GRANTS: Grants = {
    OpenMeeting: (Grant(CHAIR),),
    CloseMeeting: (Grant(CHAIR),),
    DeclareInterest: (Grant(BOARD, person=person_in("person"), called="the person whose interest it is"),),
    AnswerWrittenProcedure: (Grant(BOARD, person=person_in("person"), called="the member whose answer it is"),),
}
