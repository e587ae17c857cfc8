"""Commitments: how every partner stands with each, and one of them over the quarters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from contracts.events.commitments import (
    AttestationMeasure,
    EvidenceMeasure,
    Measure,
    QuantityMeasure,
    ReturnOnTimeMeasure,
)
from contracts.references import full
from domain.figures.compliance import Obligation
from domain.register.commitments import Commitment
from domain.wording import count
from services.reporting.pages.queries import AsAt, QuarterWanted, View
from services.reporting.pages.site import Site, page_routes
from services.runtime.base.problems import Problem

Matrix = dict[tuple[str, str], Obligation]
"""Obligations by partner and commitment."""


def routes(site: Site) -> APIRouter:
    """Return the routes of the commitments and of one commitment."""
    router = page_routes()

    @router.get("/commitments/{partnership}")
    def commitments(request: Request, partnership: str, as_at: AsAt = "", quarter: QuarterWanted = "") -> Response:
        def content(view: View) -> dict[str, Any]:
            figures = view.figures(view.quarter(quarter))
            return {
                "figures": figures,
                "matrix": matrix(figures.covered.obligations),
                "running": matrix(figures.running),
            }

        return site.page(request, "commitments.html", partnership, content, as_at)

    @router.get("/commitments/{partnership}/{commitment}")
    def one_commitment(request: Request, partnership: str, commitment: str, as_at: AsAt = "") -> Response:
        return site.page(
            request, "commitment.html", partnership, lambda view: _content(view, _named(view, commitment)), as_at
        )

    return router


def matrix(obligations: Iterable[Obligation]) -> Matrix:
    """Return obligations by partner and commitment."""
    return {(each.partner, each.commitment): each for each in obligations}


def in_words(measure: Measure) -> str:
    """Return in a sentence when a commitment is met."""
    match measure:
        case AttestationMeasure(evidence_required=needed):
            return "The partner attests “yes”, with evidence." if needed else "The partner attests “yes”."
        case QuantityMeasure(unit=unit, target=target):
            return f"What is reported for the period adds up to at least {target} {unit}."
        case EvidenceMeasure(minimum=minimum):
            return f"At least {count(minimum, 'item')} of evidence from the period."
        case ReturnOnTimeMeasure():
            return "The return for the quarter is submitted by its deadline."
        case _:
            return "The partner leads or takes part in a project that was in delivery during the period."


def _named(view: View, reference: str) -> Commitment:
    commitment = view.register.commitments.get(full(view.code, reference))
    if commitment is None:
        known = sorted(view.register.commitments)
        there_are = f"There are: {', '.join(known)}." if known else "It has none yet."
        raise Problem(404, f"There is no commitment {reference} in {view.code}. {there_are}", known=known)
    return commitment


def _content(view: View, commitment: Commitment) -> dict[str, Any]:
    figures = view.figures()
    quarters = (*figures.trend, figures.covered)
    found = [matrix(each.obligations) for each in quarters]
    return {
        "figures": figures,
        "commitment": commitment,
        "measure": in_words(commitment.measure),
        "quarters": quarters,
        "partners": [
            (partner, [each.get((partner.code, commitment.reference)) for each in found])
            for partner in figures.compliance.partners
        ],
    }
