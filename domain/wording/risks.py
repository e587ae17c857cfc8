"""Scores of risks in words."""

from __future__ import annotations

from domain.figures.risks import HIGH, MODERATE
from domain.register.risks import Risk
from domain.wording.cells import Cell, Tone

LEVELS = ("very low", "low", "medium", "high", "very high")
"""Likelihood and impact in words, from 1 to 5."""


def score_cell(risk: Risk) -> Cell:
    """Return a risk's score in words and figures."""
    score = risk.assessment.score
    if score >= HIGH:
        return Cell(f"{score} high", tone=Tone.BAD)
    return Cell(f"{score} moderate", tone=Tone.CAUTION) if score >= MODERATE else Cell(f"{score} low", tone=Tone.GOOD)
