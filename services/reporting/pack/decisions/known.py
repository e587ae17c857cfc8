"""A decision that was taken before, as what a question is about."""

from __future__ import annotations

from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.question import Subject


def subject(briefing: Briefing, reference: str) -> Subject | None:
    """Return a decision that a question is about, or None."""
    decision = briefing.register.decisions.get(reference)
    return None if decision is None else Subject(Cell(reference, decision.text, link="#decisions"))
