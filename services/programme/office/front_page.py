"""The front page of the office: what the secretary, and whoever runs the deployment, deals with."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from services.programme.office.entrance import admit_caller
from services.programme.pages.room import Room
from services.runtime.access.identity import reader_of
from services.runtime.web.partnership.view import View


def routes(room: Room) -> APIRouter:
    """Return the route of the front page."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/office/{partnership}")
    def office(request: Request, partnership: str) -> Response:
        """Show the way to everything; to nobody in particular what whoever has the token can do with it."""

        def content(view: View) -> dict[str, Any]:
            caller = reader_of(request)
            if caller is not None:
                admit_caller(caller, view)
            return {"is_admitted": caller is not None}

        return room.site.form_page(request, "office.html", partnership, content)

    return router
