"""What can be changed in place about a written procedure: how somebody answers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.references import full, short
from domain.register.board import PROCEDURES, WrittenProcedure
from domain.wording.board import VOTES
from services.programme.board.changes.members import on_the_board
from services.programme.board.changes.of_meetings import ROOM
from services.programme.board.commands import AnswerWrittenProcedure
from services.programme.pages.changing import Ask, Change, Place
from services.programme.pages.fields import Field, Kind
from services.runtime.web.dates import appointment
from services.runtime.web.partnership.view import View

_ANSWERS = tuple((each.value, words) for each, words in VOTES.items())


def _about(procedure: WrittenProcedure) -> Mapping[str, Any]:
    return {"procedure": procedure.reference}


def _answer(view: View, procedure: WrittenProcedure, actor: str) -> Ask:
    people = on_the_board(view)
    fields = [Field("answer", "Do you agree?", Kind.RADIOS, choices=_ANSWERS, missing="Choose an answer.")]
    if actor not in {value for value, *_ in people}:
        whose = "Choose whose answer it is."
        fields.insert(
            0, Field("person", "Whose answer is it?", Kind.SELECT, choices=people, none_yet="Choose", missing=whose)
        )
    given = procedure.answers.get(actor)
    closes = appointment(procedure.closes_at, view.calendar.timezone, view.at)
    return Ask(
        f"Answer “{procedure.title}”",
        fields,
        "Record the answer",
        {} if given is None else {"answer": (given.value,)},
        lede=f"{procedure.text} The last answer before {closes}, counts.",
    )


def _takes_answers(view: View, procedure: WrittenProcedure) -> bool:
    return procedure.closed_at is None and view.at < procedure.closes_at


CHANGES: tuple[Change[WrittenProcedure], ...] = (
    Change("answer", "Answer", AnswerWrittenProcedure, _about, _answer, _takes_answers),
)
PROCEDURE: Place[WrittenProcedure] = Place(
    path="/board/{partnership}/procedures/{procedure}",
    address_of=lambda view, its: f"/board/{view.code}/procedures/{short(view.code, its.reference)}",
    find=lambda view, parts: view.find(PROCEDURES, parts["procedure"]),
    version_of=lambda parts: full(parts["partnership"], parts["procedure"]),
    shown_at=lambda to, its: to.of(its.reference),
    called=lambda its: its.title,
    room=ROOM,
)
