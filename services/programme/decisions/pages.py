"""One decision and one action, each with all that happened to it and what can be changed about it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from contracts.references import full
from domain.register.decisions import ACTIONS, DECISIONS, Decision
from domain.wording.decisions import effect_of, how_reached
from services.programme.decisions.changes import of_actions, of_decisions
from services.programme.decisions.changes.of_actions import ACTION
from services.programme.decisions.changes.of_decisions import DECISION
from services.programme.pages.changing import offered, reader_in, routes_of
from services.programme.pages.happened import History
from services.programme.pages.people import Names
from services.programme.pages.room import Room
from services.runtime.web.partnership.questions import AsAt
from services.runtime.web.partnership.site import page_routes
from services.runtime.web.partnership.view import View
from services.runtime.web.routing import joined


def routes(room: Room) -> APIRouter:
    """Return the routes of one decision and of one action, and of what can be changed about them."""
    router = page_routes()

    @router.get(DECISION.path)
    def one_decision(request: Request, partnership: str, decision: str, as_at: AsAt = "") -> Response:
        reader = "" if as_at else reader_in(request, partnership)
        names = Names.for_reader(request, room, partnership)
        history = History.of(room.dispatcher, partnership, full(partnership, decision), of_decisions.TELLING)

        def content(view: View) -> dict[str, Any]:
            found = view.find(DECISIONS, decision)
            return {
                **_decision(view, found, names),
                "changes": offered(view, DECISION, found, of_decisions.CHANGES, reader),
                **history.shown(view, request.query_params, reader),
            }

        return room.site.page(request, "decision.html", partnership, content, as_at, beside=reader + names.tag)

    @router.get(ACTION.path)
    def one_action(request: Request, partnership: str, action: str, as_at: AsAt = "") -> Response:
        reader = "" if as_at else reader_in(request, partnership)
        names = Names.for_reader(request, room, partnership)
        history = History.of(room.dispatcher, partnership, full(partnership, action), of_actions.TELLING)

        def content(view: View) -> dict[str, Any]:
            found = view.find(ACTIONS, action)
            return {
                "figures": view.figures(),
                "action": found,
                "person": found.person and names.described(view, found.person),
                "changes": offered(view, ACTION, found, of_actions.CHANGES, reader),
                **history.shown(view, request.query_params, reader),
            }

        return room.site.page(request, "action.html", partnership, content, as_at, beside=reader + names.tag)

    return joined(
        router,
        routes_of(room, DECISION, of_decisions.CHANGES),
        routes_of(room, ACTION, of_actions.CHANGES),
    )


def _decision(view: View, decision: Decision, names: Names) -> dict[str, Any]:
    figures = view.figures()
    rule = decision.rule
    return {
        "figures": figures,
        "decision": decision,
        "reached": how_reached(decision),
        "effect": effect_of(decision, figures.name, view.calendar),
        "ratifying": [(each, decision.ratifications.get(each)) for each in (() if rule is None else rule.partners)],
        "votes": _votes(view, decision, names),
    }


def _votes(view: View, decision: Decision, names: Names) -> list[tuple[str, list[str]]]:
    """Return who voted how, by name."""
    cast = decision.votes
    if cast is None:
        return []
    ways = (("For", cast.in_favour), ("Against", cast.against), ("Abstained", cast.abstained))
    return [(words, [names.described(view, each) for each in people]) for words, people in ways if people]
