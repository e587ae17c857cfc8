"""The page on which the secretary reads a reminder before it is sent; sending it is a command of programme."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import AwareDatetime
from starlette.responses import Response

from contracts.events.base import PartnerCode, QuarterLabel
from contracts.events.returns import PartnersReminded
from services.notifications.api import Code
from services.notifications.reminding import Reminding
from services.runtime.access.identity import caller_of
from services.runtime.base.clock import Clock
from services.runtime.web.pages import Pages
from services.runtime.web.visits import visit_to

_PRIVATE = {"Cache-Control": "no-store"}


def routes(reminding: Reminding, clock: Clock) -> APIRouter:
    """Return the route of the page."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    pages = Pages(Path(__file__).parent / "templates")

    @router.get("/emails/{partnership}/reminder")
    async def reminder(
        request: Request,
        partnership: Code,
        quarter: QuarterLabel,
        deadline: AwareDatetime,
        partner: Annotated[list[PartnerCode], Query(min_length=1, max_length=200)],
    ) -> Response:
        caller = caller_of(request)
        wanted = PartnersReminded(quarter=quarter, deadline=deadline, partners=tuple(dict.fromkeys(partner)))
        preview = await reminding.preview(partnership, wanted, caller)
        now = clock.now()
        known = preview.partnership
        today = known.local_date(now)
        visit = visit_to(request, partnership, known.name, preview.people, preview.partner_names, today, known.timezone)
        said = {"wanted": wanted, "preview": preview, "partnership": known, "is_late": now > deadline}
        return pages.render(request, "reminder.html", said, visit=visit, as_at=now, headers=_PRIVATE)

    return router
