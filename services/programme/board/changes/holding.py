"""What the chair does while the board meets: opens the meeting, says who is there, and closes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.events.partnership import Role
from domain.register.board import Meeting, MeetingState
from domain.register.people import Person
from domain.wording.board import quorum_in_words
from domain.wording.dates import long_date
from domain.wording.sentences import listed
from services.programme.board.commands import AmendAttendance, CloseMeeting, OpenMeeting
from services.programme.pages.changing import Ask, Change
from services.programme.pages.fields import Choice, Field, Kind
from services.programme.pages.people import described
from services.runtime.web.forms import Form
from services.runtime.web.partnership.view import View

_THERE, _APOLOGIES = "there", "apologies"
_SEAT = "seat-"


def _about(meeting: Meeting) -> Mapping[str, Any]:
    return {"meeting": meeting.reference}


def _who_is_there(view: View, meeting: Meeting) -> tuple[Field, ...]:
    """Return a field for each seat, and one for those who are there without one."""
    people = view.register.people.values()
    members = sorted(
        (each for each in people if each.is_on_board_on(meeting.date)), key=lambda its: described(view, its.id)
    )
    others = [each for each in people if not each.is_on_board_on(meeting.date) and each.roles_on(meeting.date)]
    seats = (
        Field(
            f"{_SEAT}{each.id}",
            described(view, each.id),
            Kind.SELECT,
            choices=_ways_to_fill(view, meeting, each),
            none_yet="Not there, and sent no apologies",
            path=f"substitutes.{each.id}",
            is_beside=True,
            person=each.id,
        )
        for each in members
    )
    besides = Field(
        "others",
        "Who else is there?",
        Kind.BOXES,
        "Who sits in nobody's place counts towards no quorum and does not vote.",
        sorted(((each.id, described(view, each.id)) for each in others), key=lambda each: each[1]),
        is_beside=True,
    )
    return (*seats, besides) if others else tuple(seats)


def _ways_to_fill(view: View, meeting: Meeting, member: Person) -> list[Choice]:
    """Return how the seat of a member can be filled: by themselves, by a substitute, or not at all."""
    substitutes = (
        each
        for each in view.register.people.values()
        if each is not member and Role.SUBSTITUTE in each.roles_on(meeting.date)
    )
    sitting = ((each.id, f"In their place: {described(view, each.id)}") for each in substitutes)
    return [(_THERE, "There"), (_APOLOGIES, "Sent apologies"), *sorted(sitting, key=lambda each: each[1])]


def _as_typed(view: View, meeting: Meeting, form: Form) -> Mapping[str, Any]:
    """Return who is there, who sent apologies and who sits for whom, as it was chosen seat by seat."""
    chosen = {name.removeprefix(_SEAT): form.value(name) for name in form.typed if name.startswith(_SEAT)}
    substitutes = {seat: how for seat, how in chosen.items() if how not in ("", _THERE, _APOLOGIES)}
    there = [seat for seat, how in chosen.items() if how == _THERE]
    return {
        "present": [*there, *substitutes.values(), *form.values("others")],
        "apologies": [seat for seat, how in chosen.items() if how == _APOLOGIES],
        "substitutes": substitutes,
    }


def _as_it_is(meeting: Meeting) -> dict[str, Sequence[str]]:
    """Return what stands in the fields of a meeting that is held."""
    there = meeting.attendance
    if there is None:
        return {}
    sitting = {f"{_SEAT}{seat}": (person,) for seat, person in there.substitutes.items()}
    return {
        **{f"{_SEAT}{each}": (_APOLOGIES,) for each in there.apologies},
        **{f"{_SEAT}{each}": (_THERE,) for each in there.present},
        "others": [each for each in there.present if each not in there.substitutes.values()],
        **sitting,
    }


def _open(view: View, meeting: Meeting, actor: str) -> Ask:
    return Ask(
        f"Open the meeting of {long_date(meeting.date)}",
        _who_is_there(view, meeting),
        "Open the meeting",
        lede=f"Say who is there. {_quorum(view, meeting)} Who comes later is added while the meeting is held.",
        warning="Its agenda stands as it is from then on. A meeting that was opened is not put off any more.",
    )


def _attendance(view: View, meeting: Meeting, actor: str) -> Ask:
    return Ask(
        "Who is there",
        _who_is_there(view, meeting),
        "Save who is there",
        _as_it_is(meeting),
        lede=f"{_quorum(view, meeting)} What was decided already was decided by those who were there then.",
    )


def _quorum(view: View, meeting: Meeting) -> str:
    rules = view.register.partnership.rules_on(meeting.date)
    return f"A quorum is {quorum_in_words(rules, view.figures().partner_name)}."


def _close(view: View, meeting: Meeting, actor: str) -> Ask:
    decided = {each.item for each in view.register.decisions.values() if each.meeting == meeting.reference}
    open_ones = [item.title for item in meeting.items.values() if item.number not in decided]
    left = f"Nothing has been decided on {listed(f'“{each}”' for each in open_ones)}." if open_ones else ""
    return Ask(
        f"Close the meeting of {long_date(meeting.date)}",
        (),
        "Close the meeting",
        lede=left,
        warning="A meeting that was closed stays so, and nothing more can be decided at it.",
    )


def _is_due(view: View, meeting: Meeting) -> bool:
    return meeting.state is MeetingState.SCHEDULED and meeting.date <= view.calendar.local_date(view.at)


def _is_held(view: View, meeting: Meeting) -> bool:
    return meeting.state is MeetingState.IN_PROGRESS


HOLDING: tuple[Change[Meeting], ...] = (
    Change("open", "Open the meeting", OpenMeeting, _about, _open, _is_due, also=_as_typed),
    Change("attendance", "Change who is there", AmendAttendance, _about, _attendance, _is_held, also=_as_typed),
    Change("close", "Close the meeting", CloseMeeting, _about, _close, _is_held),
)
