"""The quarter: the board of its returns, and the pack as it would be now."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote_plus

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from domain.wording.numbers import how_soon
from services.programme.office import quarter as board
from services.programme.office.reminding import to_be_reminded
from services.programme.pages.room import Room
from services.programme.returns.my_return.places import Places
from services.programme.returns.my_return.words import months
from services.runtime.access.identity import session_of
from services.runtime.web.forms import Form
from services.runtime.web.partnership.addresses import Addresses
from services.runtime.web.partnership.questions import QuarterWanted
from services.runtime.web.partnership.site import page_routes
from services.runtime.web.partnership.view import View


def routes(room: Room) -> APIRouter:
    """Return the route of the quarter."""
    router = page_routes()

    @router.get("/office/{partnership}/returns")
    def returns(
        request: Request,
        partnership: str,
        quarter: QuarterWanted = "",
        taken_back: Annotated[str, Query(alias="taken-back", max_length=12)] = "",
        reminded: Annotated[int, Query(ge=0, le=1000)] = 0,
        nobody: str = "",
    ) -> Response:
        label = room.site.views.view(partnership, lambda view: view.quarter(quarter).label)
        begun = room.database.read_sync(lambda connection: board.drafts_of(connection, partnership, label))
        session = session_of(request)
        may = "" if room.links is None or session is None else room.links.word("take back", session.id, partnership)

        def content(view: View) -> dict[str, Any]:
            links = {"may_take_back": may, "taken_back": view.register.partners.get(taken_back)}
            form = Form(faults={"remind": "Tick a partner that is to be reminded."} if nobody else {})
            return {**_content(view, label, begun), **links, "reminded": reminded, "form": form}

        return room.site.form_page(request, "quarter.html", partnership, content)

    return router


def _content(view: View, label: str, begun: board.Drafts) -> dict[str, Any]:
    figures = view.figures(view.quarter(label))
    found = board.lines(view, figures, begun)
    due = view.calendar.local_date(figures.returns.deadline)
    before, after = board.previous_and_next(view, figures.quarter)
    return {
        "figures": figures,
        "lines": found,
        "counts": board.counts(found),
        "deadline": figures.returns.deadline,
        "how_soon": how_soon(due, view.calendar.local_date(view.at)),
        "months": months(figures.quarter),
        "places": lambda partner: Places(view.code, label, partner),
        "Place": board.Place,
        "pack": board.next_pack(view),
        "can_be_reminded": to_be_reminded(view, figures.returns.missing),
        "choices": sorted(((each.partner, each.name) for each in found), key=lambda each: each[1]),
        "quarters": [{"text": each, "href": _place(view, each)} for each in (before, label, after) if each],
        "here": _place(view, label),
    }


def _place(view: View, label: str) -> str:
    return f"{Addresses(view.code).room('office', 'returns')}?quarter={quote_plus(label)}"
