"""Which partnerships there are, and what lies ahead of one."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from services.reporting import editions
from services.reporting.pages.outlook import outlook
from services.reporting.pages.reading_room import Look
from services.reporting.pages.site import Site


def routes(site: Site) -> APIRouter:
    """Return the routes of the first two pages."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/reporting/")
    def partnerships(request: Request) -> Response:
        cards = [site.room.look(code, lambda look: _card(site, look)) for code in site.room.formed_partnerships()]
        return site.plain_page(request, "partnerships.html", {"cards": cards})

    @router.get("/reporting/{partnership}")
    def overview(request: Request, partnership: str) -> Response:
        issued = site.room.database.read_sync(lambda connection: editions.issued_meetings(connection, partnership))

        def content(look: Look) -> dict[str, Any]:
            return {"figures": look.figures(), "outlook": outlook(look.register, look.at, issued)}

        return site.page(request, "overview.html", partnership, content, also_depends_on=len(issued))

    return router


def _card(site: Site, look: Look) -> dict[str, Any]:
    """Return what the list of partnerships says of one; plain values, for the look ends before the page is made."""
    today = look.calendar.local_date(look.at)
    coming = outlook(look.register, look.at, ()).next_meeting
    return {
        "code": look.code,
        "name": look.name,
        "members": sum(partner.is_member_on(today) for partner in look.register.partners.values()),
        "projects": sum(project.is_open for project in look.register.projects.values()),
        "next_meeting": None if coming is None else (coming.meeting.reference, coming.meeting.date),
    }
