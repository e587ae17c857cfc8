"""Reminding partners of their returns from the office: whom, then a preview of the e-mail, then an ordinary command."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from contracts.events.base import PartnerCode, QuarterLabel
from domain.register.people import holding
from services.programme.api.access import answered_in_problems
from services.programme.core.grants import LEAD
from services.programme.pages.room import Room
from services.programme.returns.commands import RemindOfReturns
from services.runtime.base.problems import Problem
from services.runtime.web.forms import FormRefused, signed, submitted
from services.runtime.web.partnership.questions import QuarterWanted
from services.runtime.web.partnership.view import View

_RETURNS = "/office/{partnership}/returns"


class Remind(BaseModel):
    """The form with which a reminder that was read is sent."""

    quarter: QuarterLabel
    partners: Annotated[list[PartnerCode], Field(min_length=1)]
    again: bool = False


def routes(room: Room) -> APIRouter:
    """Return the routes of reminding."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get(f"{_RETURNS}/remind")
    def choose(
        request: Request,
        partnership: str,
        quarter: QuarterWanted = "",
        partner: Annotated[Sequence[PartnerCode], Query(max_length=200)] = (),
        everyone: Annotated[str, Query(alias="all")] = "",
    ) -> Response:
        """Lead to the preview of the e-mail to whom was ticked, or to all who have not submitted."""

        def address(view: View) -> str:
            figures = view.figures(view.quarter(quarter))
            wanted = to_be_reminded(view, figures.returns.missing) if everyone else partner
            if not wanted:
                return f"{_own(partnership)}?{urlencode({'quarter': figures.quarter.label, 'nobody': '1'})}"
            fields = [("quarter", figures.quarter.label), ("deadline", figures.returns.deadline.isoformat())]
            return f"/emails/{partnership}/reminder?{urlencode([*fields, *(('partner', each) for each in wanted)])}"

        return RedirectResponse(room.site.views.view(partnership, address), status_code=303)

    @router.post(f"{_RETURNS}/remind")
    async def remind(request: Request, partnership: str) -> Response:
        """Remind them."""
        form = await submitted(request)
        try:
            actor = signed(request, form).person_of(partnership)
            wanted = form.checked(Remind)
        except FormRefused as refused:
            raise Problem(refused.status, str(refused)) from None
        command = RemindOfReturns(quarter=wanted.quarter, partners=tuple(wanted.partners), again=wanted.again)
        with answered_in_problems():
            await room.dispatcher.handle(partnership, command, actor)
        told = urlencode({"quarter": command.quarter, "reminded": len(command.partners)})
        return RedirectResponse(f"{_own(partnership)}?{told}", status_code=303)

    return router


def to_be_reminded(view: View, missing: Sequence[str]) -> list[str]:
    """Return those of the partners that have a lead who can be reminded."""
    today = view.calendar.local_date(view.at)
    leads = holding(view.register.people.values(), LEAD, today)
    led = {code for each in leads for code in each.partners_on(today, LEAD)}
    return [code for code in missing if code in led]


def _own(partnership: str) -> str:
    return _RETURNS.replace("{partnership}", partnership)
