"""What a board must know since its last meeting about projects: where each moved to, and which milestones moved it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.references import short
from domain import wording
from domain.figures.projects import ProjectFigures
from domain.register.projects import Milestone
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.news import Direction, News
from services.reporting.pack.previous import PreviousPack, PreviousProject
from services.reporting.pack.projects.direction import direction
from services.reporting.pack.projects.minute import is_newly_red

MOST_MILESTONES = 3


@dataclass(frozen=True, slots=True)
class _Move:
    """A milestone whose forecast moved since the last pack, by how many days, and why."""

    milestone: Milestone
    days: int
    why: str


def projects(briefing: Briefing, before: PreviousPack) -> Iterator[News]:
    """Yield each project that moved: those newly red first, then by number."""
    moved = ((news_of(briefing, each, before), each) for each in briefing.now.projects)
    told = [(news, each) for news, each in moved if news is not None]
    yield from (news for news, _ in sorted(told, key=lambda each: not is_newly_red(briefing, each[1])))


def milestones(briefing: Briefing, before: PreviousPack) -> Iterator[News]:
    """Yield what happened to milestones that moves no project by itself: dropped, then together those reached."""
    every = [each for project in briefing.now.projects for each in project.milestones]
    for each in every:
        dropping = each.milestone.dropped
        if dropping is not None and briefing.is_news(dropping.recorded_at):
            what = Cell(briefing.short(each.milestone.reference), link="#moved")
            yield News(Direction.CHANGED, what, "Dropped", dropping.reason)
    reached = [each for each in every if each.is_done and each.milestone.reference not in before.reached]
    if reached:
        late = sum(each.is_done_late for each in reached)
        what = Cell(wording.sentence(wording.count(len(reached), "milestone")).rstrip("."), link="#moved")
        words = wording.listed_up_to(5, (briefing.short(each.milestone.reference) for each in reached))
        yield News(Direction.BETTER, what, f"Reached{f', {late} of them late' if late else ''}: {words}")


def news_of(briefing: Briefing, now: ProjectFigures, before: PreviousPack) -> News | None:
    """Return how one project moved since the last pack; None where it did not."""
    project, earlier = now.project, before.projects.get(now.project.reference)
    if earlier is None:
        return News(Direction.CHANGED, _named(briefing, now), f"New: {wording.stage(project.stage).lower()}")
    moves = _moves(briefing, now)
    changes = [*_statuses(now, earlier), *([_in_words(briefing, moves)] if moves else []), *_baselines(briefing, now)]
    if not changes:
        return None
    return News(
        direction(now, earlier, (each.days for each in moves)),
        _named(briefing, now),
        wording.sentence("; ".join(changes)).rstrip("."),
        _why(briefing, now, moves),
    )


def _statuses(now: ProjectFigures, earlier: PreviousProject) -> Iterator[str]:
    if earlier.stage is not now.project.stage:
        yield f"{wording.stage(now.project.stage).lower()}, before {wording.stage(earlier.stage).lower()}"
    if not now.is_open:
        return
    if earlier.schedule is not now.schedule:
        yield f"schedule {now.schedule.value}, before {earlier.schedule.value}"
    if earlier.shown is not now.shown:
        shown = "none" if now.shown is None else now.shown.value
        was = "none" if earlier.shown is None else earlier.shown.value
        yield f"delivery confidence {shown}, before {was}"


def _moves(briefing: Briefing, now: ProjectFigures) -> list[_Move]:
    """Return the open milestones whose forecast moved, the one that moved furthest first."""
    found = []
    for each in now.workplan:
        changes = [change for change in each.milestone.forecasts if briefing.is_news(change.recorded_at)]
        if changes and not each.is_done:
            days = (each.milestone.forecast - changes[0].before).days
            found.append(_Move(each.milestone, days, changes[-1].reason))
    return sorted((each for each in found if each.days), key=lambda each: -abs(each.days))


def _in_words(briefing: Briefing, moves: list[_Move]) -> str:
    words = (
        f"{short(each.milestone.project, each.milestone.reference)} {each.milestone.title} ({wording.slip(each.days)})"
        for each in moves
    )
    return f"re-forecast {wording.listed_up_to(MOST_MILESTONES, words)}"


def _baselines(briefing: Briefing, now: ProjectFigures) -> Iterator[str]:
    news = [
        (each.milestone.reference, baseline.decision)
        for each in now.workplan
        for baseline in each.milestone.baselines
        if briefing.is_news(baseline.recorded_at)
    ]
    if news:
        moved = len({milestone for milestone, _ in news})
        by = sorted({decision for _, decision in news if decision})
        yield f"baseline set for {wording.count(moved, 'milestone')}{f' by {wording.listed(by)}' if by else ''}"


def _why(briefing: Briefing, now: ProjectFigures, moves: list[_Move]) -> str:
    """Return the reason of the milestone that moved furthest, else that of the confidence stated since."""
    if moves:
        return moves[0].why
    stated = now.project.confidence
    return stated.reason if stated is not None and briefing.is_news(stated.recorded_at) else ""


def _named(briefing: Briefing, now: ProjectFigures) -> Cell:
    return Cell(briefing.short(now.project.reference), link=f"#{now.project.reference}")
