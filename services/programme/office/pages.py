"""The front page of the office: what the secretary, and whoever runs the deployment, deals with."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from domain.register import Register
from services.programme.api.access import Partnership, answered_in_problems
from services.programme.core.dispatcher import Dispatcher
from services.runtime.base.clock import Clock
from services.runtime.web.pages import Pages, Visit
from services.runtime.web.visits import visit_of


def routes(dispatcher: Dispatcher, clock: Clock) -> APIRouter:
    """Return the routes of the office."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    pages = Pages(Path(__file__).parent / "templates")

    @router.get("/office/{partnership}")
    async def office(request: Request, partnership: Partnership) -> Response:
        now = clock.now()

        def visiting(register: Register) -> Visit:
            return visit_of(request, register, register.calendar.local_date(now))

        with answered_in_problems():
            visit = await dispatcher.view(partnership, visiting)
        return pages.render(request, "office.html", {"partnership": partnership}, visit=visit)

    return router
