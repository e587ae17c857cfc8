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
from services.programme.board.commands import AmendAgendaItem, DeclareInterest, RemoveAgendaItem, WithdrawInterest
from services.programme.board.decide import decides_item
from services.programme.core import permissions
from services.programme.core.command import Command
from services.programme.pages.changing import Ask, Change, Place
from services.programme.pages.fields import Field, Kind
from services.programme.pages.people import described
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
    fields = item_fields(view, item)
    if item.effect is not None:  # what is asked for stays as it is: its words alone are put right
        fields = tuple(each for each in fields if each.name in ("title", "recommendation"))
    return Ask(
        f"Amend item {item.number}, “{item.title}”",
        fields,
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
    )


def _take_back(view: View, it: OnAgenda, actor: str) -> Ask:
    may_speak_for = (each for each in sorted({*_declared(it)}) if _may_take_back(view, it, each, actor))
    people = [(each, described(view, each)) for each in may_speak_for]
    return Ask(
        f"Take back an interest in item {it.item.number}, “{it.item.title}”",
        (
            Field("person", "Whose interest is it?", Kind.SELECT, choices=people, missing=_WHOSE),
            Field("reason", "Why", Kind.TEXT, missing="Say why. The board reads it."),
        ),
        "Take it back",
        {"person": (people[0][0],)} if people else {},
    )


def _may_take_back(view: View, it: OnAgenda, person: str, actor: str) -> bool:
    today = view.calendar.local_date(view.at)
    return permissions.may(
        view.register, WithdrawInterest.model_construct(**{**_about(it), "person": person}), actor, today
    )


def _declared(it: OnAgenda) -> list[str]:
    return [each.person for each in it.meeting.interests if each.item == it.item.number]


def _of_each_who_declared(view: View, it: OnAgenda) -> Sequence[Command]:
    whose: Sequence[str | None] = _declared(it) or (None,)  # nobody's: whoever asks would speak for themselves
    return [WithdrawInterest.model_construct(**{**_about(it), "person": each}) for each in whose]


def _can_be_taken_back(view: View, it: OnAgenda) -> bool:
    is_decided = any(decides_item(each, it.meeting, it.item.number) for each in view.register.decisions.values())
    return it.meeting.state in AHEAD and bool(_declared(it)) and not is_decided


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
    Change(
        "take-back",
        "Take back an interest",
        WithdrawInterest,
        _about,
        _take_back,
        _can_be_taken_back,
        wishes=_of_each_who_declared,
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
