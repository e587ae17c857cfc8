"""The board: its meetings with their agendas, what it decided, and the actions that follow."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from contracts.events.board import ItemKind
from contracts.references import full, number_of
from domain.register.board import MEETINGS, PROCEDURES, Meeting, MeetingState, WrittenProcedure
from domain.register.decisions import ACTIONS, DECISIONS
from domain.wording.board import FOLLOWS, ITEM_KINDS, VOTES, quorum_in_words
from domain.wording.decisions import effect_in_words, effect_of, how_reached
from domain.wording.sentences import sentence
from services.programme.board.changes import of_items, of_meetings, of_procedures, requesting
from services.programme.board.changes.of_meetings import AHEAD, BOARD, MEETING
from services.programme.board.changes.of_procedures import PROCEDURE
from services.programme.board.changes.telling import (
    OF_A_MEETING,
    OF_A_PROCEDURE,
    OF_ITEM,
    OF_MEETING,
    of_the_item,
    of_the_meeting,
)
from services.programme.board.seats import gone_by, is_quorum, seats_at
from services.programme.decisions.changes import recording
from services.programme.pages.changing import Link, offered, reader_in, routes_of
from services.programme.pages.happened import History
from services.programme.pages.people import Names
from services.programme.pages.room import Room
from services.runtime.web.partnership.questions import AsAt
from services.runtime.web.partnership.site import page_routes
from services.runtime.web.partnership.view import View
from services.runtime.web.routing import joined
from services.runtime.web.sorting import Sorting

_ON_A_PAGE = 20
_AT_THE_BOARD = (*of_meetings.SCHEDULING, *of_procedures.OPENING)
STATES = {
    MeetingState.SCHEDULED: ("Scheduled", "info"),
    MeetingState.IN_PROGRESS: ("In progress", "caution"),
    MeetingState.CLOSED: ("Held", "good"),
    MeetingState.CANCELLED: ("Cancelled", "none"),
}


def routes(room: Room) -> APIRouter:
    """Return the routes of the board's room, and of what can be changed about its meetings and procedures."""
    router, site = page_routes(), room.site

    @router.get("/board/{partnership}")
    def board(request: Request, partnership: str, as_at: AsAt = "") -> Response:
        reader = "" if as_at else reader_in(request, partnership)
        return site.page(request, "board.html", partnership, lambda view: _meetings(view, reader), as_at, beside=reader)

    @router.get("/board/{partnership}/decisions")
    def decisions(request: Request, partnership: str, as_at: AsAt = "") -> Response:
        return site.page(request, "decisions.html", partnership, lambda view: _decisions(request, view), as_at)

    @router.get("/board/{partnership}/actions")
    def actions(request: Request, partnership: str, as_at: AsAt = "") -> Response:
        names = Names.for_reader(request, room, partnership)

        def content(view: View) -> dict[str, Any]:
            return {**_actions(request, view), "name_of": names.of}

        return site.page(request, "actions.html", partnership, content, as_at, beside=names.tag)

    @router.get("/board/{partnership}/{meeting}")
    def one_meeting(request: Request, partnership: str, meeting: str, as_at: AsAt = "") -> Response:
        reader = "" if as_at else reader_in(request, partnership)
        names = Names.for_reader(request, room, partnership)
        history = History.of(room.dispatcher, partnership, full(partnership, meeting), OF_A_MEETING)

        def content(view: View) -> dict[str, Any]:
            found = view.find(MEETINGS, meeting)
            return {**_meeting(view, found, reader, names), **history.shown(view, request.query_params, reader)}

        return site.page(request, "meeting.html", partnership, content, as_at, beside=reader + names.tag)

    @router.get(PROCEDURE.path)
    def one_procedure(request: Request, partnership: str, procedure: str, as_at: AsAt = "") -> Response:
        reader = "" if as_at else reader_in(request, partnership)
        names = Names.for_reader(request, room, partnership)
        history = History.of(room.dispatcher, partnership, full(partnership, procedure), OF_A_PROCEDURE)

        def content(view: View) -> dict[str, Any]:
            found = view.find(PROCEDURES, procedure)
            return {**_procedure(view, found, reader, names), **history.shown(view, request.query_params, reader)}

        return site.page(request, "procedure.html", partnership, content, as_at, beside=reader + names.tag)

    return joined(
        routes_of(room, BOARD, (*_AT_THE_BOARD, *requesting.OF_NONE)),
        router,
        routes_of(room, MEETING, OF_MEETING),
        routes_of(room, of_items.ITEM, (*OF_ITEM, *recording.OTHERWISE)),
        routes_of(room, PROCEDURE, of_procedures.CHANGES),
    )


def _meetings(view: View, reader: str) -> dict[str, Any]:
    def when(meeting: Meeting) -> tuple[object, ...]:
        return meeting.date, meeting.time, meeting.reference

    every = sorted(view.register.meetings.values(), key=when)
    return {
        "figures": view.figures(),
        "ahead": [each for each in every if each.state in AHEAD],
        "past": [each for each in reversed(every) if each.state not in AHEAD],
        "procedures": sorted(view.register.procedures.values(), key=lambda each: -number_of(each.reference)),
        "states": STATES,
        "decision_kind": ItemKind.DECISION,
        "changes": offered(view, BOARD, view.register, _AT_THE_BOARD, reader),
        "requests": offered(view, BOARD, view.register, requesting.OF_NONE, reader),
    }


def _decisions(request: Request, view: View) -> dict[str, Any]:
    figures = view.figures()
    every = [*reversed(figures.by_number(DECISIONS))]
    asked = request.query_params.get("page", "")
    last = max(1, -(-len(every) // _ON_A_PAGE))
    page = max(1, min(int(asked), last)) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1
    return {
        "figures": figures,
        "decisions": every[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE],
        "page": page,
        "pages": last,
        "later": Link("Later", f"?page={page - 1}") if page > 1 else None,
        "earlier": Link("Earlier", f"?page={page + 1}") if page < last else None,
        "how_reached": how_reached,
        "effect_of": effect_of,
    }


def _actions(request: Request, view: View) -> dict[str, Any]:
    figures = view.figures()
    sorting = Sorting(
        request.query_params,
        {
            "action": lambda each: number_of(each.reference),
            "owner": lambda each: figures.partner_name(each.owner),
            "due": lambda each: each.due,
            "status": lambda each: (not each.is_open, each.due),
        },
        "status",
    )
    return {"figures": figures, "sorting": sorting, "actions": sorting.sorted(figures.by_number(ACTIONS))}


def _meeting(view: View, meeting: Meeting, reader: str, names: Names) -> dict[str, Any]:
    figures = view.figures()
    rules, seats = view.register.partnership.rules_on(meeting.date), seats_at(view.register, meeting).values()
    return {
        "figures": figures,
        "meeting": meeting,
        "items": [meeting.items[number] for number in sorted(meeting.items)],
        "removed": [meeting.removed[number] for number in sorted(meeting.removed)],
        "decisions": [each for each in figures.by_number(DECISIONS) if each.meeting == meeting.reference],
        "states": STATES,
        "kinds": ITEM_KINDS,
        "timetable": view.calendar.timetable(meeting.date),
        "how_reached": how_reached,
        "effect_of": effect_of,
        "in_words": lambda effect: effect_in_words(effect, figures.name),
        "interests": [(each, names.described(view, each.person)) for each in meeting.interests],
        "follows": FOLLOWS,
        "there": _there(view, meeting, names),
        "seats": None if meeting.attendance is None else seats,
        "is_quorate": is_quorum(rules, seats, gone_by(view.register, meeting.date)),
        "needed": quorum_in_words(rules, figures.partner_name),
        "changes": of_the_meeting(view, meeting, reader),
        "changes_of": {number: of_the_item(view, meeting, number, reader) for number in meeting.items},
    }


def _there(view: View, meeting: Meeting, names: Names) -> list[tuple[str, list[str]]]:
    """Return who was there and who sent apologies, by name."""
    if meeting.attendance is None:
        return []
    there = meeting.attendance
    whose = {each: absent for absent, each in there.substitutes.items()}
    present = [
        names.described(view, each) + (f" (in place of {names.described(view, whose[each])})" if each in whose else "")
        for each in there.present
    ]
    ways = (("Present", present), ("Apologies", [names.described(view, each) for each in there.apologies]))
    return [(words, people) for words, people in ways if people]


def _answered(view: View, procedure: WrittenProcedure, names: Names) -> list[tuple[str, list[str]]]:
    """Return who answered how, by name, once nobody can answer any more: until then each sees their own."""
    if procedure.closed_at is None:
        return []
    found = [
        (words, [names.described(view, each) for each, given in procedure.answers.items() if given is vote])
        for vote, words in VOTES.items()
    ]
    return [(words, people) for words, people in found if people]


def _procedure(view: View, procedure: WrittenProcedure, reader: str, names: Names) -> dict[str, Any]:
    figures = view.figures()
    given = procedure.answers.get(reader)
    decisions = view.register.decisions.values()
    return {
        "procedure": procedure,
        "decision": next((each for each in decisions if each.procedure == procedure.reference), None),
        "how_reached": how_reached,
        "effect": procedure.effect and sentence(effect_in_words(procedure.effect, figures.name)),
        "answer": given and VOTES[given],
        "answered": _answered(view, procedure, names),
        "changes": offered(view, PROCEDURE, procedure, of_procedures.CHANGES, reader),
    }
