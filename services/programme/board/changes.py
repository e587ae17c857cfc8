"""What can be changed in place about the agenda of a meeting: what is asked, and which command that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.envelope import Recorded
from contracts.events import Fact
from contracts.events.board import AgendaItemAdded, AgendaItemAmended, ItemKind
from contracts.references import full, short
from domain.register import KINDS, Register, title_of
from domain.register.board import MEETINGS, AgendaItem, Meeting, MeetingState
from domain.wording.dates import plain_date
from domain.wording.happened.board import happened
from services.programme.board.commands import AddAgendaItem, AmendAgendaItem, RemoveAgendaItem
from services.programme.pages.changing import Ask, Change, Link, Place, offered
from services.programme.pages.fields import Choice, Field, Kind
from services.programme.pages.happened import Telling, by_kind
from services.programme.pages.partners import members
from services.runtime.base.problems import Problem
from services.runtime.web.partnership.view import View

_KINDS = (
    (ItemKind.DECISION.value, "For decision"),
    (ItemKind.DISCUSSION.value, "For discussion"),
    (ItemKind.INFORMATION.value, "For information"),
)
_ROOM = ("Board", "board")


@dataclass(frozen=True, slots=True)
class ItemOf:
    """An item and the meeting on whose agenda it stands."""

    meeting: Meeting
    item: AgendaItem


def _fields(view: View, item: AgendaItem | None) -> tuple[Field, ...]:
    """Return the fields of an item. What it has, it can be given anew, and not be left without."""
    has_about, has_owner = item is not None and item.about is not None, item is not None and item.owner is not None
    asked = "Say what the board is asked to decide." if item is not None and item.recommendation is not None else ""
    return (
        Field("kind", "What it is for", Kind.RADIOS, choices=_KINDS, missing="Choose what it is for."),
        Field("title", "Title", missing="Enter a title."),
        Field(
            "about",
            "What it is about",
            Kind.SELECT,
            choices=_subjects(view.register),
            none_yet="" if has_about else "Nothing in particular",
        ),
        Field("recommendation", "What the board is asked to decide", Kind.TEXT, missing=asked),
        Field(
            "owner",
            "Who brings it",
            Kind.SELECT,
            choices=members(view),
            none_yet="" if has_owner else "Nobody in particular",
        ),
    )


def _subjects(register: Register) -> list[Choice]:
    """Return all that an item can be about, by kind and reference."""
    every = (reference for kind in KINDS for reference in sorted(kind.of(register)))
    return [
        (reference, f"{title_of(register, reference) or reference} ({short(register.code, reference)})")
        for reference in every
    ]


def _add(view: View, meeting: Meeting, actor: str) -> Ask:
    given = meeting.items.keys() | meeting.removed.keys()
    number = next(each for each in range(1, len(given) + 2) if each not in given)
    return Ask(
        "Put an item on the agenda",
        (Field("item", "Number", Kind.HIDDEN, is_number=True), *_fields(view, None)),
        "Put it on the agenda",
        {"item": (str(number),), "kind": (ItemKind.DECISION.value,)},
    )


def _amend(view: View, of: ItemOf, actor: str) -> Ask:
    item = of.item
    values: dict[str, Sequence[str]] = {"kind": (item.kind.value,), "title": (item.title,)}
    values |= {name: (value,) for name in ("about", "recommendation", "owner") if (value := getattr(item, name))}
    return Ask(f"Amend item {item.number}", _fields(view, item), "Save", values)


def _remove(view: View, of: ItemOf, actor: str) -> Ask:
    return Ask(
        f"Take item {of.item.number} off the agenda",
        (Field("reason", "Why", Kind.TEXT, missing="Say why. The board reads it."),),
        "Take it off",
        lede=of.item.title,
        warning="Its number is not given again. If it is to come after all, another item is put on the agenda.",
    )


def _item(view: View, parts: Mapping[str, str]) -> ItemOf:
    meeting = view.find(MEETINGS, parts["meeting"])
    number = parts["item"]
    item = meeting.items.get(int(number)) if number.isascii() and number.isdecimal() and len(number) < 6 else None
    if item is None:
        raise Problem(404, f"{meeting.reference} has no item {number} on its agenda.")
    return ItemOf(meeting, item)


def _is_ahead(view: View, of: ItemOf) -> bool:
    return of.meeting.state is MeetingState.SCHEDULED


def _called(meeting: Meeting) -> str:
    return f"Meeting of {plain_date(meeting.date)}"


def _about_item(of: ItemOf) -> Mapping[str, Any]:
    return {"meeting": of.meeting.reference, "item": of.item.number}


def _version_of(parts: Mapping[str, str]) -> str:
    return full(parts["partnership"], parts["meeting"])


CHANGES: tuple[Change[Meeting], ...] = (
    Change(
        "add-item",
        "Put an item on the agenda",
        AddAgendaItem,
        lambda meeting: {"meeting": meeting.reference},
        _add,
        lambda view, meeting: meeting.state in (MeetingState.SCHEDULED, MeetingState.IN_PROGRESS),
    ),
)
OF_ITEMS: tuple[Change[ItemOf], ...] = (
    Change("amend", "Amend", AmendAgendaItem, _about_item, _amend, _is_ahead),
    Change("remove", "Take off", RemoveAgendaItem, _about_item, _remove, _is_ahead),
)
MEETING: Place[Meeting] = Place(
    path="/board/{partnership}/{meeting}",
    address_of=lambda view, meeting: f"/board/{view.code}/{short(view.code, meeting.reference)}",
    find=lambda view, parts: view.find(MEETINGS, parts["meeting"]),
    version_of=_version_of,
    shown_at=lambda to, meeting: to.of(meeting.reference),
    called=_called,
    room=_ROOM,
)
ITEM: Place[ItemOf] = Place(
    path="/board/{partnership}/{meeting}/items/{item}",
    address_of=lambda view, of: f"{MEETING.address_of(view, of.meeting)}/items/{of.item.number}",
    find=_item,
    version_of=_version_of,
    shown_at=lambda to, of: to.of(of.meeting.reference),
    called=lambda of: _called(of.meeting),
    room=_ROOM,
)


def of_the_item(view: View, meeting: Meeting, number: int, reader: str) -> list[Link]:
    """Return what whoever reads may change of an item; nothing once it is off the agenda."""
    item = meeting.items.get(number)
    return [] if item is None else offered(view, ITEM, ItemOf(meeting, item), OF_ITEMS, reader)


def _links(view: View, event: Recorded, reader: str) -> Sequence[Link]:
    meeting = view.register.meetings[event.fact.subject(view.code)]
    return of_the_item(view, meeting, getattr(event.fact, "item", 0), reader)


_PUT_RIGHT: dict[type[Fact], tuple[str, str]] = {
    AgendaItemAdded: ("amend", "Correct this"),
    AgendaItemAmended: ("amend", "Correct this"),
}
TELLING = Telling(happened, by_kind(_PUT_RIGHT), _links)
