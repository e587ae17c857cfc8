"""What a board must know since its last meeting about risks: those that are, or were, high."""

from __future__ import annotations

from collections.abc import Iterator

from domain.figures.risks import HIGH, MODERATE
from domain.register.risks import RISKS, Risk
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.news import Direction, News
from services.reporting.pack.previous import PreviousPack
from services.reporting.pack.risks.since import open_scores


def risks(briefing: Briefing, before: PreviousPack) -> Iterator[News]:
    """Yield high risks that are new, those that rise from moderate up, and high ones that fell or were closed."""
    scores = before.of(open_scores)
    for risk in briefing.now.by_number(RISKS):
        yield from _moved(risk, scores.get(risk.reference))


def _moved(risk: Risk, was: int | None) -> Iterator[News]:
    what, score = Cell(f"{risk.reference} {risk.title}", link="#risks"), risk.assessment.score
    if not risk.is_open:
        if was is not None and was >= HIGH:
            yield News(Direction.BETTER, what, f"Closed; its score was {was}", risk.closing_reason or "")
    elif was is None:
        if score >= HIGH:
            yield News(Direction.WORSE, what, f"A new high risk: score {score}", risk.cause)
    elif score > was and score >= MODERATE:
        yield News(Direction.WORSE, what, f"Score up from {was} to {score}", risk.assessment.reason or "")
    elif score < was and was >= HIGH:
        yield News(Direction.BETTER, what, f"Score down from {was} to {score}", risk.assessment.reason or "")
