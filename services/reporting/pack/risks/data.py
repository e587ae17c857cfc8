"""Risks in pack.json, by number."""

from __future__ import annotations

from domain.figures.overview import Figures
from domain.register.risks import RISKS, Risk
from services.reporting.pack.data import Json


def risks(figures: Figures) -> list[Json]:
    """Return the risks, open and closed."""
    return [_risk(each) for each in figures.by_number(RISKS)]


def _risk(risk: Risk) -> Json:
    return {
        "ref": risk.reference,
        "title": risk.title,
        "owner": risk.owner,
        "likelihood": risk.assessment.likelihood,
        "impact": risk.assessment.impact,
        "score": risk.assessment.score,
        "open": risk.is_open,
    }
