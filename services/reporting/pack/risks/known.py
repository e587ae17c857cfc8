"""What one needs to know to decide about a risk."""

from __future__ import annotations

from domain import wording
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.question import Subject
from services.reporting.pack.risks.since import direction


def subject(briefing: Briefing, reference: str) -> Subject | None:
    """Return a risk that a question is about, or None."""
    risk = briefing.register.risks.get(reference)
    if risk is None:
        return None
    score, travels = wording.score_cell(risk).text, direction(briefing, risk)
    note = "; ".join(filter(None, (f"score {score}", travels.text.lower(), travels.note)))
    return Subject(Cell(briefing.short(reference), note, link="#risks"), (f"Response: {risk.response}",))
