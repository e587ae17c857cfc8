"""What can be changed in place about a written procedure: how somebody answers it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from contracts.references import full, short
from domain.register import Register
from domain.register.board import PROCEDURES, WrittenProcedure
from domain.register.decisions import Decision
from domain.wording.board import VOTES
from domain.wording.numbers import count
from services.programme.board.changes.members import on_the_board
from services.programme.board.changes.of_meetings import ROOM
from services.programme.board.commands import AnswerWrittenProcedure, CloseWrittenProcedure, OpenWrittenProcedure
from services.programme.pages.changing import Ask, Change, Place
from services.programme.pages.fields import Field, Kind
from services.runtime.base.validation_messages import Unfit
from services.runtime.web.dates import appointment, parse_date
from services.runtime.web.forms import Form, FormRefused
from services.runtime.web.partnership.view import View

_TIME = re.compile(r"\d{1,2}:\d{2}", re.ASCII)
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


def _open(view: View, register: Register, actor: str) -> Ask:
    return opening(view, "Open a written procedure")


def opening(view: View, heading: str, title: str = "", text: str = "", effect: Sequence[Field] = ()) -> Ask:
    """Ask for a written procedure; ``effect`` are the fields of what it brings about."""
    code = PROCEDURES.next_reference(view.code, view.register.procedures)
    return Ask(
        heading,
        (
            Field("procedure", "Code", Kind.HIDDEN, path="code"),
            *effect,
            Field("title", "Title", missing="Enter a title."),
            Field(
                "text", "What are the members asked to agree?", Kind.TEXT, missing="Say what they are asked to agree."
            ),
            Field("closes_on", "Until which day do they answer?", Kind.DATE, is_beside=True),
            Field("closes_at", "Until what time?", hint="For example, 17:00.", is_beside=True, path="closes"),
        ),
        "Put it to the members",
        {"procedure": (short(view.code, code),), "title": (title,), "text": (text,), "closes_at": ("17:00",)},
        warning="A text that was put to the members stays as it is. What is wrong with it is put to them anew.",
    )


def closing(view: View, thing: object, typed: Form) -> Mapping[str, Any]:
    """Return when a procedure closes, of a day and a time. Raises FormRefused."""
    day, time = typed.value("closes_on").strip(), typed.value("closes_at").strip()
    if not _TIME.fullmatch(time):
        raise FormRefused(replace(typed, faults={"closes_at": "Give a time such as 17:00."}))
    try:
        return {"closes": f"{parse_date(day).isoformat()}T{time.zfill(5)}"}
    except Unfit as unfit:
        said = str(unfit) if day else "Enter the day until which they answer."
        raise FormRefused(replace(typed, faults={"closes_on": said})) from None


def _close(view: View, procedure: WrittenProcedure, actor: str) -> Ask:
    return Ask(
        f"Close “{procedure.title}”",
        (),
        "Count the answers and close it",
        lede=f"{procedure.text} {count(len(procedure.answers), 'member')} answered.",
        warning="A procedure that was closed stays so. What it brings about is carried out at once if it passes.",
    )


def _has_run_out(view: View, procedure: WrittenProcedure) -> bool:
    return procedure.closed_at is None and procedure.closes_at <= view.at


def to_confirm(view: View, decision: Decision, actor: str) -> Ask:
    """Ask for a written procedure that confirms what was only recommended."""
    return opening(view, "Have it confirmed by written procedure", f"Confirm {decision.reference}", decision.text)


OPENING: tuple[Change[Register], ...] = (
    Change(
        "open-procedure",
        "Open a written procedure",
        OpenWrittenProcedure,
        lambda register: {},
        _open,
        makes_new=True,
        also=closing,
        overwrites=False,
    ),
)
CHANGES: tuple[Change[WrittenProcedure], ...] = (
    Change("answer", "Answer", AnswerWrittenProcedure, _about, _answer, _takes_answers),
    Change("close", "Count the answers and close it", CloseWrittenProcedure, _about, _close, _has_run_out),
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
