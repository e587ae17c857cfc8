"""Commitments: how every partner stands with each, now or as at an earlier instant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from domain.figures.compliance import Obligation
from services.reporting.pages.queries import AsAt, QuarterWanted, View
from services.reporting.pages.site import Site
from services.runtime.web.kept_answers import MadeOnce

Matrix = dict[tuple[str, str], Obligation]
"""Obligations by partner and commitment."""


def routes(site: Site) -> APIRouter:
    """Return the routes of the commitments."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, route_class=MadeOnce)

    @router.get("/commitments/{partnership}")
    def commitments(request: Request, partnership: str, as_at: AsAt = "", quarter: QuarterWanted = "") -> Response:
        def content(view: View) -> dict[str, Any]:
            figures = view.figures(view.quarter(quarter))
            return {
                "figures": figures,
                "matrix": matrix(figures.covered.obligations),
                "running": matrix(figures.running),
                "wanted": as_at,
            }

        return site.page(request, "commitments.html", partnership, content, as_at)

    return router


def matrix(obligations: Iterable[Obligation]) -> Matrix:
    """Return obligations by partner and commitment."""
    return {(each.partner, each.commitment): each for each in obligations}
