"""Home: which partnerships there are, and what lies ahead of one."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.reporting.pages.issued_packs import IssuedPacks
from services.reporting.pages.outlook import next_meeting, outlook
from services.reporting.pages.site import Site
from services.runtime.web.partnership.questions import AsAt
from services.runtime.web.partnership.site import page_routes
from services.runtime.web.partnership.view import View


def routes(site: Site) -> APIRouter:
    """Return the routes of the first two pages."""
    router = page_routes()

    @router.get("/home/")
    def partnerships(request: Request) -> Response:
        cards = [site.queries.view(code, lambda view: _card(site, view)) for code in site.queries.formed_partnerships()]
        return site.plain_page(request, "partnerships.html", {"cards": cards})

    @router.get("/home/{partnership}")
    def home(request: Request, partnership: str, as_at: AsAt = "") -> Response:
        def content(view: View, packs: IssuedPacks) -> dict[str, Any]:
            figures = view.figures()
            ahead = outlook(view.register, view.at, figures.returns, packs.issued_by(view.at))
            return {"figures": figures, "outlook": ahead}

        return site.page_with_packs(request, "home.html", partnership, content, as_at)

    return router


def _card(site: Site, view: View) -> dict[str, Any]:
    """Return what the list of partnerships says of one; plain values, for the view ends before the page is made."""
    today = view.calendar.local_date(view.at)
    coming = next_meeting(view.register, view.at, ())
    return {
        "code": view.code,
        "name": view.name,
        "members": sum(partner.is_member_on(today) for partner in view.register.partners.values()),
        "projects": sum(project.is_open for project in view.register.projects.values()),
        "next_meeting": None if coming is None else (coming.meeting.reference, coming.meeting.date),
    }
