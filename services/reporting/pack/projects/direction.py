"""Whether a project has got better or worse since the last pack: one rule for every page that says so."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.events.projects import Confidence
from domain.figures.projects import ProjectFigures
from domain.figures.schedule import ScheduleStatus
from services.reporting.pack.news import Direction
from services.reporting.pack.previous import PreviousProject

_SCHEDULE_RANK = {ScheduleStatus.GREEN: 0, ScheduleStatus.AMBER: 1, ScheduleStatus.RED: 2}
_CONFIDENCE_RANK = {Confidence.GREEN: 0, Confidence.AMBER: 1, Confidence.RED: 2}


def direction(now: ProjectFigures, before: PreviousProject, days_moved: Iterable[int]) -> Direction:
    """Say whether a project got worse or better: by its statuses first, then by its milestones.

    ``days_moved`` are the days by which the forecasts of its milestones moved. It got better only where nothing of it
    got worse, and a move to another stage is neither.
    """
    statuses = _steps(now, before) - {0}
    if statuses == {1}:
        return Direction.WORSE
    if statuses or before.stage is now.project.stage:
        all_that_moved = statuses | {1 if days > 0 else -1 for days in days_moved}
        if all_that_moved == {1}:
            return Direction.WORSE
        if all_that_moved == {-1}:
            return Direction.BETTER
    return Direction.CHANGED


def _steps(now: ProjectFigures, before: PreviousProject) -> set[int]:
    """Return how confidence and schedule have moved: 1 for worse, −1 for better, 0 for neither."""
    return {
        _step(_SCHEDULE_RANK.get(before.schedule), _SCHEDULE_RANK.get(now.schedule)),
        _step(_confidence_rank(before.shown), _confidence_rank(now.shown)),
    }


def _confidence_rank(shown: Confidence | None) -> int | None:
    return None if shown is None else _CONFIDENCE_RANK[shown]


def _step(before: int | None, now: int | None) -> int:
    """Return 1 for worse, −1 for better; a status that was, or is, not there tells no direction."""
    if before is None or now is None or before == now:
        return 0
    return 1 if now > before else -1
