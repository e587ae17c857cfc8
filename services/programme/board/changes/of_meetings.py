"""What can be changed in place about the board's meetings: their dates, and what is put on their agendas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.references import full, short
from domain.register import Register
from domain.register.board import MEETINGS, Meeting, MeetingState
from domain.wording.dates import long_date, plain_date
from services.programme.board.changes.items import item_fields
from services.programme.board.commands import AddAgendaItem, CancelMeeting, MoveMeeting, ScheduleMeeting
from services.programme.pages.changing import Ask, Change, Place
from services.programme.pages.fields import Field, Kind
from services.runtime.web.partnership.view import View

ROOM = ("Board", "board")
AHEAD = frozenset({MeetingState.SCHEDULED, MeetingState.IN_PROGRESS})
_WHEN = (
    Field("date", "Date", Kind.DATE, missing="Enter the date of the meeting."),
    Field("time", "Time", hint="For example, 14:00.", missing="Enter the time at which it begins."),
    Field("place", "Place"),
    Field("minutes", "How many minutes does it last?", hint="Two hours if you leave it empty.", is_number=True),
)


def called(meeting: Meeting) -> str:
    """Return how pages call a meeting."""
    return f"Meeting of {plain_date(meeting.date)}"


def address_of(view: View, meeting: Meeting) -> str:
    """Return the address of a meeting, under which its changes lie."""
    return f"/board/{view.code}/{short(view.code, meeting.reference)}"


def _about(meeting: Meeting) -> Mapping[str, Any]:
    return {"meeting": meeting.reference}


def _schedule(view: View, register: Register, actor: str) -> Ask:
    code = MEETINGS.next_reference(register.code, register.meetings)
    return Ask(
        "Schedule a meeting",
        (Field("code", "Code", Kind.HIDDEN), *_WHEN),
        "Schedule the meeting",
        {"code": (short(register.code, code),)},
    )


def _move(view: View, meeting: Meeting, actor: str) -> Ask:
    return Ask(
        "Move the meeting",
        _WHEN,
        "Move the meeting",
        {
            "date": (plain_date(meeting.date),),
            "time": (f"{meeting.time:%H:%M}",),
            "place": (meeting.place or "",),
            "minutes": (str(meeting.minutes),),
        },
        lede="The cut-off, the issue of its papers and the deadlines that depend on its date move with it.",
    )


def _cancel(view: View, meeting: Meeting, actor: str) -> Ask:
    return Ask(
        f"Cancel the meeting of {long_date(meeting.date)}",
        (Field("reason", "Why", Kind.TEXT, missing="Say why it is not held. The board reads it."),),
        "Cancel the meeting",
        warning="A meeting that was cancelled stays so. If the board is to meet after all, schedule another one.",
    )


def _add(view: View, meeting: Meeting, actor: str) -> Ask:
    return Ask(
        "Put an item on the agenda",
        (
            Field("item", "Number", Kind.HIDDEN, is_number=True),
            *item_fields(view),
        ),
        "Put it on the agenda",
        {"item": (str(meeting.free_number),)},
    )


def _is_scheduled(view: View, meeting: Meeting) -> bool:
    return meeting.state is MeetingState.SCHEDULED


SCHEDULING: tuple[Change[Register], ...] = (
    Change("schedule", "Schedule a meeting", ScheduleMeeting, lambda register: {}, _schedule, makes_new=True),
)
CHANGES: tuple[Change[Meeting], ...] = (
    Change(
        "add-item",
        "Put an item on the agenda",
        AddAgendaItem,
        _about,
        _add,
        lambda view, meeting: meeting.state in AHEAD,
    ),
    Change("move", "Move the meeting", MoveMeeting, _about, _move, _is_scheduled),
    Change("cancel", "Cancel the meeting", CancelMeeting, _about, _cancel, _is_scheduled),
)
BOARD: Place[Register] = Place(
    path="/board/{partnership}",
    address_of=lambda view, register: f"/board/{view.code}",
    find=lambda view, parts: view.register,
    version_of=lambda parts: "",
    shown_at=lambda to, register: to.room("board"),
    called=lambda register: "Meetings",
    room=ROOM,
)
MEETING: Place[Meeting] = Place(
    path="/board/{partnership}/{meeting}",
    address_of=address_of,
    find=lambda view, parts: view.find(MEETINGS, parts["meeting"]),
    version_of=lambda parts: full(parts["partnership"], parts["meeting"]),
    shown_at=lambda to, meeting: to.of(meeting.reference),
    called=called,
    room=ROOM,
)
