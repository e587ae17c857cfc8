"""One action, with all that happened to it and what can be changed about it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from contracts.references import full
from domain.register.decisions import ACTIONS
from services.programme.decisions.changes import ACTION, CHANGES, TELLING
from services.programme.pages.changing import offered, reader_in, routes_of
from services.programme.pages.happened import History
from services.programme.pages.people import described
from services.programme.pages.room import Room
from services.runtime.web.partnership.questions import AsAt
from services.runtime.web.partnership.site import page_routes
from services.runtime.web.partnership.view import View
from services.runtime.web.routing import joined


def routes(room: Room) -> APIRouter:
    """Return the routes of one action, and of what can be changed about it."""
    router = page_routes()

    @router.get(ACTION.path)
    def one_action(request: Request, partnership: str, action: str, as_at: AsAt = "") -> Response:
        reader = "" if as_at else reader_in(request, partnership)
        history = History.of(room.dispatcher, partnership, full(partnership, action), TELLING)

        def content(view: View) -> dict[str, Any]:
            found = view.find(ACTIONS, action)
            return {
                "figures": view.figures(),
                "action": found,
                "person": found.person and described(view, found.person),
                "changes": offered(view, ACTION, found, CHANGES, reader),
                **history.shown(view, request.query_params, reader),
            }

        return room.site.page(request, "action.html", partnership, content, as_at, beside=reader)

    return joined(router, routes_of(room, ACTION, CHANGES))
