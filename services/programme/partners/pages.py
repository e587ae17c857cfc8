"""Partners: all of them, and one with all that the pack says of it."""

from __future__ import annotations

from dataclasses import fields
from hashlib import sha256
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from contracts.paths import CALENDAR
from domain.figures.silence import last_heard_of
from domain.register.partners import PARTNERS, Partner
from domain.register.people import Person
from domain.wording.projects import milestone_status
from domain.wording.risks import score_cell
from services.programme.board.changes import requesting
from services.programme.core.grants import LEAD, LEAD_AND_CONTRIBUTOR
from services.programme.pages.changing import offered, reader_in, routes_of
from services.programme.pages.file_forms import attachment
from services.programme.pages.happened import History
from services.programme.pages.people import Names, described
from services.programme.pages.room import Room
from services.programme.partners.calendar_feed import MEDIA_TYPE, calendar_of
from services.programme.partners.changes import CHANGES, PARTNER, TELLING
from services.programme.partners.everything import Everything, everything_of
from services.programme.partners.files import as_json, sheets
from services.programme.sheets.in_turn import in_turn
from services.programme.sheets.writing import write_book
from services.runtime.web.etags import quoted_tag
from services.runtime.web.partnership.questions import AsAt
from services.runtime.web.partnership.site import page_routes
from services.runtime.web.partnership.view import View
from services.runtime.web.routing import joined
from services.runtime.web.sorting import Sorting

_TELLING = requesting.with_requests(TELLING)


def routes(room: Room) -> APIRouter:
    """Return the routes of the partners and of one partner."""
    router, site = page_routes(), room.site

    @router.get("/partners/{partnership}")
    def partners(request: Request, partnership: str, as_at: AsAt = "") -> Response:
        return site.page(request, "partners.html", partnership, lambda view: _everyone(request, view), as_at)

    @router.get("/partners/{partnership}/{code}")
    def one_partner(request: Request, partnership: str, code: str, as_at: AsAt = "") -> Response:
        reader = "" if as_at else reader_in(request, partnership)
        names = Names.for_reader(request, room, partnership)
        history = History.of(room.dispatcher, partnership, code, _TELLING)

        def content(view: View) -> dict[str, Any]:
            found = view.find(PARTNERS, code)
            return {
                **_content(view, found),
                "people": _people(view, found, names),
                "changes": offered(view, PARTNER, found, CHANGES, reader),
                "requests": offered(view, PARTNER, found, requesting.OF_PARTNER, reader),
                **history.shown(view, request.query_params, reader),
            }

        return site.page(request, "partner.html", partnership, content, as_at, beside=reader + names.tag)

    @router.get("/partners/{partnership}/{code}/everything.json")
    def as_data(request: Request, partnership: str, code: str, as_at: AsAt = "") -> Response:
        return site.data(request, partnership, lambda view: as_json(_everything(view, code)), as_at)

    @router.get("/partners/{partnership}/{code}/everything.xlsx")
    async def as_workbook(partnership: str, code: str, as_at: AsAt = "") -> Response:
        tables = await run_in_threadpool(
            site.views.view, partnership, lambda view: sheets(_everything(view, code)), as_at
        )
        content = await in_turn(write_book, tables[0].title, tables)
        return attachment(content, f"{partnership}-{code}-everything.xlsx")

    @router.get("/partners/{partnership}/{code}" + CALENDAR)
    def as_calendar(partnership: str, code: str) -> Response:
        content = site.views.view(partnership, lambda view: calendar_of(_everything(view, code), room.public_url))
        return Response(content, media_type=MEDIA_TYPE, headers={"ETag": quoted_tag(sha256(content).hexdigest()[:32])})

    return joined(router, routes_of(room, PARTNER, (*CHANGES, *requesting.OF_PARTNER)))


def _everyone(request: Request, view: View) -> dict[str, Any]:
    figures = view.figures()
    loads = {each.partner: each for each in figures.loads}

    def rate(partner: Partner) -> int | None:
        return figures.covered.by_partner[partner.code].rate

    sorting = Sorting(
        request.query_params,
        {
            "partner": lambda each: each.name,
            "rate": rate,
            "load": lambda each: loads[each.code].ratio if each.code in loads else None,
            "heard": lambda each: last_heard_of(view.register, each.code),
        },
        "partner",
    )
    return {
        "figures": figures,
        "sorting": sorting,
        "partners": sorting.sorted(figures.compliance.partners),
        "loads": loads,
        "returns": figures.returns,
        "last_heard_of": last_heard_of,
    }


def _everything(view: View, code: str) -> Everything:
    return everything_of(view.find(PARTNERS, code), view.figures())


def _content(view: View, partner: Partner) -> dict[str, Any]:
    its = everything_of(partner, view.figures())
    return {
        **{field.name: getattr(its, field.name) for field in fields(its)},
        "returns": its.figures.returns,
        "milestone_status": milestone_status,
        "score": score_cell,
    }


def _people(view: View, partner: Partner, names: Names) -> list[tuple[str, str, str]]:
    """Return who holds a role for a partner, those first who fill in its return: id, name and what they do."""
    people = everything_of(partner, view.figures()).people
    today = view.calendar.local_date(view.at)

    def order(person: Person) -> tuple[bool, bool, str, str]:
        leads, fills_in = (partner.code in person.partners_on(today, roles) for roles in (LEAD, LEAD_AND_CONTRIBUTOR))
        return not leads, not fills_in, names.of(person.id).casefold(), person.id

    return [(each.id, names.of(each.id), described(view, each.id)) for each in sorted(people, key=order)]
