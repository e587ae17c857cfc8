"""Risks: the register, and the map of likelihood against impact."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from contracts.references import number_of
from domain.charts.risks import risk_map
from domain.register.risks import RISKS
from domain.wording.risks import score_cell
from services.programme.pages.room import Room
from services.runtime.web.partnership.questions import AsAt
from services.runtime.web.partnership.site import page_routes
from services.runtime.web.partnership.view import View
from services.runtime.web.sorting import Sorting


def routes(room: Room) -> APIRouter:
    """Return the route of the risks."""
    router, site = page_routes(), room.site

    @router.get("/risks/{partnership}")
    def risks(request: Request, partnership: str, as_at: AsAt = "") -> Response:
        return site.page(request, "risks.html", partnership, lambda view: _content(request, view), as_at)

    return router


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
