"""Commitments: how every partner stands with each, and one of them over the quarters."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from contracts.references import full
from domain.figures.compliance import by_partner_and_commitment
from domain.register.commitments import COMMITMENTS, Commitment
from domain.wording.commitments import measure_in_words
from services.programme.board.changes import requesting
from services.programme.commitments.changes import CHANGES, COMMITMENT, TELLING
from services.programme.pages.changing import offered, reader_in, routes_of
from services.programme.pages.happened import History
from services.programme.pages.partners import by_name
from services.programme.pages.room import Room
from services.runtime.web.partnership.questions import AsAt, QuarterWanted
from services.runtime.web.partnership.site import page_routes
from services.runtime.web.partnership.view import View
from services.runtime.web.routing import joined

_TELLING = requesting.with_requests(TELLING)


def routes(room: Room) -> APIRouter:
    """Return the routes of the commitments and of one commitment."""
    router, site = page_routes(), room.site

    @router.get("/commitments/{partnership}")
    def commitments(request: Request, partnership: str, as_at: AsAt = "", quarter: QuarterWanted = "") -> Response:
        def content(view: View) -> dict[str, Any]:
            figures = view.figures(view.quarter(quarter))
            return {
                "figures": figures,
                "partners": by_name(figures.compliance.partners),
                "matrix": by_partner_and_commitment(figures.covered.obligations),
                "running": by_partner_and_commitment(figures.running),
            }

        return site.page(request, "commitments.html", partnership, content, as_at)

    @router.get("/commitments/{partnership}/{commitment}")
    def one_commitment(request: Request, partnership: str, commitment: str, as_at: AsAt = "") -> Response:
        reader = "" if as_at else reader_in(request, partnership)
        history = History.of(room.dispatcher, partnership, full(partnership, commitment), _TELLING)

        def content(view: View) -> dict[str, Any]:
            found = view.find(COMMITMENTS, commitment)
            return {
                **_content(view, found),
                "changes": offered(view, COMMITMENT, found, CHANGES, reader),
                "requests": offered(view, COMMITMENT, found, requesting.OF_COMMITMENT, reader),
                **history.shown(view, request.query_params, reader),
            }

        return site.page(request, "commitment.html", partnership, content, as_at, beside=reader)

    return joined(router, routes_of(room, COMMITMENT, (*CHANGES, *requesting.OF_COMMITMENT)))


def _content(view: View, commitment: Commitment) -> dict[str, Any]:
    figures = view.figures()
    quarters = (*figures.trend, figures.covered)
    found = [by_partner_and_commitment(each.obligations) for each in quarters]
    return {
        "figures": figures,
        "commitment": commitment,
        "measure": measure_in_words(commitment.measure),
        "quarters": quarters,
        "partners": [
            (partner, [each.get((partner.code, commitment.reference)) for each in found])
            for partner in by_name(figures.compliance.partners)
        ],
    }
