"""Partners: all of them, and one with all that the pack says of it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from domain.figures.compliance import by_partner_and_commitment
from domain.figures.silence import last_heard_of
from domain.register.decisions import ACTIONS
from domain.register.partners import PARTNERS, Partner
from domain.register.risks import RISKS
from domain.wording.projects import milestone_status
from domain.wording.risks import score_cell
from services.programme.board.changes import requesting
from services.programme.pages.changing import offered, reader_in, routes_of
from services.programme.pages.happened import History
from services.programme.pages.room import Room
from services.programme.partners.changes import CHANGES, PARTNER, TELLING
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
        history = History.of(room.dispatcher, partnership, code, _TELLING)

        def content(view: View) -> dict[str, Any]:
            found = view.find(PARTNERS, code)
            return {
                **_content(view, found),
                "changes": offered(view, PARTNER, found, CHANGES, reader),
                "requests": offered(view, PARTNER, found, requesting.OF_PARTNER, reader),
                **history.shown(view, request.query_params, reader),
            }

        return site.page(request, "partner.html", partnership, content, as_at, beside=reader)

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


def _content(view: View, partner: Partner) -> dict[str, Any]:
    figures = view.figures()
    code = partner.code
    quarters = (*figures.trend, figures.covered)
    found = [by_partner_and_commitment(each.obligations) for each in quarters]
    return {
        "figures": figures,
        "partner": partner,
        "quarters": quarters,
        "commitments": [
            (commitment, [each.get((code, commitment.reference)) for each in found])
            for commitment in figures.compliance.commitments
        ],
        "breaches": [each for each in figures.breaches if each.partner == code],
        "projects": [each for each in figures.open_projects if code in each.partners],
        "milestones": [
            each
            for project in figures.open_projects
            for each in project.workplan
            if each.milestone.owner == code and not each.is_done
        ],
        "load": next((each for each in figures.loads if each.partner == code), None),
        "risks": [each for each in figures.by_number(RISKS) if each.owner == code and each.is_open],
        "actions": [each for each in figures.by_number(ACTIONS) if each.owner == code and each.is_open],
        "returns": figures.returns,
        "last_heard_of": last_heard_of(view.register, code),
        "milestone_status": milestone_status,
        "score": score_cell,
    }
