"""Meetings and written procedures as the API shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import PlainSerializer, WithJsonSchema

from contracts.events.board import BreachNoted, InterestFollows, ItemKind, Vote
from domain.register import Register
from domain.register.board import MEETINGS, PROCEDURES, AgendaItem, Meeting, MeetingState, WrittenProcedure
from services.programme.core.resources import Collection, Key, Records, Shape, attributes
from services.runtime.web.lists.filters import Prose


def _as_written(at: dt.time) -> str:
    return at.isoformat("seconds" if at.second else "minutes")


LocalTime = Annotated[
    dt.time,
    PlainSerializer(_as_written, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$", "examples": ["14:00"]}),
]


class MeetingShape(Shape):
    """A meeting of the project board, without its agenda."""

    reference: str
    date: dt.date
    time: LocalTime
    place: str | None
    state: MeetingState


class ItemShape(Shape):
    """One item of an agenda; ``breach`` where the system put it there, ``effect`` where a change is asked for."""

    number: int
    kind: ItemKind
    title: str
    about: str | None
    recommendation: Prose | None
    owner: str | None
    breach: BreachNoted | None
    effect: dict[str, Any] | None


class AttendanceShape(Shape):
    """Who was there, by id; ``substitutes`` maps an absent member to the person in its place."""

    present: tuple[str, ...]
    apologies: tuple[str, ...]
    substitutes: dict[str, str]


class InterestShape(Shape):
    """A declared interest."""

    item: int
    person: str
    nature: Prose
    follows: InterestFollows


class AgendaShape(MeetingShape):
    """A meeting with its agenda and its record."""

    cancelled_because: Prose | None
    items: list[ItemShape]
    attendance: AttendanceShape | None
    interests: list[InterestShape]


class ProcedureShape(Shape):
    """A written procedure with the answers so far, by person."""

    reference: str
    title: str
    text: Prose
    closes_at: dt.datetime
    about: str | None
    effect: dict[str, Any] | None
    answers: dict[str, Vote]
    quorate: bool | None
    passed: bool | None


def show_agenda(register: Register, meeting: Meeting) -> AgendaShape:
    """Show a meeting with its agenda and its record."""
    return AgendaShape.model_validate(
        {
            **attributes(meeting, "reference date time place state cancelled_because attendance interests"),
            "items": [show_item(meeting.items[number]) for number in sorted(meeting.items)],
        }
    )


def show_item(item: AgendaItem) -> dict[str, Any]:
    """Return what is shown of an item of an agenda."""
    effect = item.effect and item.effect.model_dump(mode="json", exclude_none=True)
    return {**attributes(item, "number kind title about recommendation owner breach"), "effect": effect}


def show_procedure(register: Register, procedure: WrittenProcedure) -> ProcedureShape:
    """Show a written procedure."""
    return ProcedureShape.model_validate(
        {
            **attributes(procedure, "reference title text about answers quorate passed"),
            "closes_at": register.calendar.local(procedure.closes_at),
            "effect": procedure.effect.model_dump(mode="json", exclude_none=True) if procedure.effect else None,
        }
    )


class AgendaItemShape(ItemShape):
    """One item of the agenda of a meeting."""

    meeting: str


class DeclaredInterestShape(InterestShape):
    """An interest that was declared in an item of a meeting."""

    meeting: str


def _agenda_items(register: Register) -> Iterator[tuple[Key, AgendaItemShape]]:
    for meeting in register.meetings.values():
        for item in meeting.items.values():
            shown = AgendaItemShape.model_validate({**show_item(item), "meeting": meeting.reference})
            yield (meeting.reference, str(item.number)), shown


def _interests(register: Register) -> Iterator[tuple[Key, DeclaredInterestShape]]:
    for meeting in register.meetings.values():
        for number, each in enumerate(meeting.interests):
            given = attributes(each, "item person nature follows")
            shown = DeclaredInterestShape.model_validate({**given, "meeting": meeting.reference})
            yield (meeting.reference, str(number)), shown


COLLECTIONS = (
    Collection(name="meetings", kind=MEETINGS, shape=AgendaShape, show=show_agenda, brief=MeetingShape),
    Collection(name="written-procedures", kind=PROCEDURES, shape=ProcedureShape, show=show_procedure),
)
RECORDS = (
    Records(name="agenda-items", shape=AgendaItemShape, of=_agenda_items),
    Records(name="interests", shape=DeclaredInterestShape, of=_interests),
)
