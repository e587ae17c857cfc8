"""Risks: the register, and the map of likelihood against impact."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from contracts.references import full, number_of
from domain.charts.risks import risk_map
from domain.register.risks import RISKS
from domain.wording.risks import score_cell
from services.programme.pages.changing import offered, reader_in, routes_of
from services.programme.pages.happened import History
from services.programme.pages.room import Room
from services.programme.risks.changes import CHANGES, RAISING, REGISTER, RISK
from services.programme.risks.telling import TELLING
from services.runtime.web.partnership.questions import AsAt
from services.runtime.web.partnership.site import page_routes
from services.runtime.web.partnership.view import View
from services.runtime.web.routing import joined
from services.runtime.web.sorting import Sorting


def routes(room: Room) -> APIRouter:
    """Return the routes of the risks, of one risk, and of what can be changed about them."""
    router, site = page_routes(), room.site

    @router.get("/risks/{partnership}")
    def risks(request: Request, partnership: str, as_at: AsAt = "") -> Response:
        reader = "" if as_at else reader_in(request, partnership)

        def content(view: View) -> dict[str, Any]:
            return {
                **_content(request, view),
                "changes": offered(view, REGISTER, view.register, RAISING, reader),
            }

        return site.page(request, "risks.html", partnership, content, as_at, beside=reader)

    @router.get("/risks/{partnership}/{risk}")
    def one_risk(request: Request, partnership: str, risk: str, as_at: AsAt = "") -> Response:
        reader = "" if as_at else reader_in(request, partnership)
        history = History.of(room.dispatcher, partnership, full(partnership, risk), TELLING)

        def content(view: View) -> dict[str, Any]:
            found = view.find(RISKS, risk)
            return {
                "figures": view.figures(),
                "risk": found,
                "score": score_cell,
                "changes": offered(view, RISK, found, CHANGES, reader),
                **history.shown(view, request.query_params, reader),
            }

        return site.page(request, "risk.html", partnership, content, as_at, beside=reader)

    return joined(routes_of(room, REGISTER, RAISING), router, routes_of(room, RISK, CHANGES))


def _content(request: Request, view: View) -> dict[str, Any]:
    figures = view.figures()
    still_open = [each for each in figures.by_number(RISKS) if each.is_open]
    sorting = Sorting(
        request.query_params,
        {
            "risk": lambda each: number_of(each.reference),
            "owner": lambda each: figures.partner_name(each.owner),
            "score": lambda each: each.assessment.score,
        },
        "-score",
    )
    return {
        "figures": figures,
        "sorting": sorting,
        "risks": sorting.sorted(still_open),
        "closed": [each for each in reversed(figures.by_number(RISKS)) if not each.is_open],
        "map": Markup(risk_map(still_open, chart_id="risk-map")),  # noqa: S704 - every text in a chart is escaped there
        "score": score_cell,
    }
