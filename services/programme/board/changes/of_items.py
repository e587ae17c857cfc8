"""What can be changed in place about an item of an agenda: its wording, and who has an interest in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.references import full
from domain.register.board import MEETINGS, AgendaItem, Meeting, MeetingState
from domain.wording.board import FOLLOWS
from services.programme.board.changes.items import item_fields
from services.programme.board.changes.members import on_the_board
from services.programme.board.changes.of_meetings import AHEAD, ROOM, address_of, called
from services.programme.board.commands import AmendAgendaItem, DeclareInterest, RemoveAgendaItem
from services.programme.core.command import Command
from services.programme.pages.changing import Ask, Change, Place
from services.programme.pages.fields import Field, Kind
from services.runtime.base.problems import Problem
from services.runtime.web.partnership.view import View


@dataclass(frozen=True, slots=True)
class OnAgenda:
    """An item, and the meeting whose agenda it stands on."""

    meeting: Meeting
    item: AgendaItem


def _find(view: View, parts: Mapping[str, str]) -> OnAgenda:
    meeting = view.find(MEETINGS, parts["meeting"])
    number = parts["item"]
    item = meeting.items.get(int(number)) if number.isascii() and number.isdecimal() and len(number) < 6 else None
    if item is None:
        raise Problem(404, f"There is no item {number} on the agenda of {meeting.reference}.")
    return OnAgenda(meeting, item)


def _about(it: OnAgenda) -> Mapping[str, Any]:
    return {"meeting": it.meeting.reference, "item": it.item.number}


def _amend(view: View, it: OnAgenda, actor: str) -> Ask:
    item = it.item
    return Ask(
        f"Amend item {item.number}, “{item.title}”",
        item_fields(view, item),
        "Save",
        {
            "kind": (item.kind.value,),
            "title": (item.title,),
            "about": (item.about or "",),
            "recommendation": (item.recommendation or "",),
            "owner": (item.owner or "",),
        },
        lede="After the papers went out, the change is told in a supplement.",
    )


def _remove(view: View, it: OnAgenda, actor: str) -> Ask:
    return Ask(
        f"Take item {it.item.number}, “{it.item.title}”, off the agenda",
        (Field("reason", "Why", Kind.TEXT, missing="Say why. The board reads it."),),
        "Take it off the agenda",
        warning="Its number is not given again. If it is needed after all, it is put on again under another number.",
    )


def _declare(view: View, it: OnAgenda, actor: str) -> Ask:
    people = on_the_board(view)
    speaks_for_themselves = actor in {value for value, *_ in people}
    whose = (
        Field("person", "Person", Kind.HIDDEN)
        if speaks_for_themselves
        else Field("person", "Whose interest is it?", Kind.SELECT, choices=people, none_yet="Choose", missing=_WHOSE)
    )
    return Ask(
        f"Declare an interest in item {it.item.number}, “{it.item.title}”",
        (
            whose,
            Field("nature", "What is the interest?", Kind.TEXT, missing="Say what the interest is."),
            Field("follows", "What follows from it?", Kind.RADIOS, choices=_FOLLOWS, missing="Choose what follows."),
        ),
        "Declare the interest",
        {"person": (actor,)} if speaks_for_themselves else {},
        warning="What was declared stands in the minutes and is not taken back.",
    )


def _of_whoever_asks(view: View, it: OnAgenda) -> Sequence[Command]:
    about: dict[str, Any] = {**_about(it), "person": None}
    return (DeclareInterest.model_construct(**about),)


def _can_be_changed(view: View, it: OnAgenda) -> bool:
    return it.meeting.state is MeetingState.SCHEDULED


_WHOSE = "Choose whose interest it is."
_FOLLOWS = tuple((each.value, words) for each, words in FOLLOWS.items())
CHANGES: tuple[Change[OnAgenda], ...] = (
    Change("amend", "Amend", AmendAgendaItem, _about, _amend, _can_be_changed),
    Change("remove", "Take off", RemoveAgendaItem, _about, _remove, _can_be_changed),
    Change(
        "interest",
        "Declare an interest",
        DeclareInterest,
        _about,
        _declare,
        lambda view, it: it.meeting.state in AHEAD,
        wishes=_of_whoever_asks,
    ),
)
ITEM: Place[OnAgenda] = Place(
    path="/board/{partnership}/{meeting}/items/{item}",
    address_of=lambda view, it: f"{address_of(view, it.meeting)}/items/{it.item.number}",
    find=_find,
    version_of=lambda parts: full(parts["partnership"], parts["meeting"]),
    shown_at=lambda to, it: to.of(it.meeting.reference),
    called=lambda it: called(it.meeting),
    room=ROOM,
)
