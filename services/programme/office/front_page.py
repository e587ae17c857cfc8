"""The front page of the office: what the secretary, and whoever runs the deployment, deals with."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from services.programme.pages.room import Room


def routes(room: Room) -> APIRouter:
    """Return the route of the front page."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/office/{partnership}")
    def office(request: Request, partnership: str) -> Response:
        """Show the way to everything."""
        return room.site.form_page(request, "office.html", partnership, lambda view: {})

    return router
