"""What changed in the projects and their milestones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from contracts.events.projects import Confidence
from domain import wording
from domain.figures.schedule import MilestoneStatus, ScheduleStatus
from services.reporting.comparing.comparison import Change, Way, way
from services.reporting.comparing.names import Names
from services.reporting.comparing.pairs import in_both, only_in
from services.reporting.comparing.reported import Reported, ReportedMilestone, ReportedProject

_CONFIDENCES = [Confidence.RED, Confidence.AMBER, Confidence.GREEN]
_SCHEDULES = [ScheduleStatus.RED, ScheduleStatus.AMBER, ScheduleStatus.GREEN]
_MILESTONES = [MilestoneStatus.OVERDUE, MilestoneStatus.RED, MilestoneStatus.AMBER, MilestoneStatus.GREEN]
"""The worst first. What is not in a list is neither better nor worse than what is."""


def projects(earlier: Reported, later: Reported, names: Names) -> Iterator[Change]:
    """Yield new projects, and changed stages, confidences, schedules and leads."""
    for new in only_in(later.projects, earlier.projects, lambda each: each.ref):
        yield Change(names.of(new.ref), new.ref, "New project", wording.NOTHING, wording.stage(new.stage))
    for was, now in in_both(earlier.projects, later.projects, lambda each: each.ref):
        yield from _project(was, now, names)


def _project(was: ReportedProject, now: ReportedProject, names: Names) -> Iterator[Change]:
    name = names.of(now.ref)
    if was.stage is not now.stage:
        yield Change(name, now.ref, "Stage", wording.stage(was.stage), wording.stage(now.stage))
    then, shown = was.confidence.shown, now.confidence.shown
    if then is not shown:
        yield Change(
            name,
            now.ref,
            "Delivery confidence",
            _confidence(then),
            _confidence(shown),
            _rank(_CONFIDENCES, then, shown),
        )
    if was.schedule_status is not now.schedule_status:
        before, after = wording.SCHEDULES[was.schedule_status].text, wording.SCHEDULES[now.schedule_status].text
        better = _rank(_SCHEDULES, was.schedule_status, now.schedule_status)
        yield Change(name, now.ref, "Schedule status", before, after, better)
    if was.lead and was.lead != now.lead:
        yield Change(name, now.ref, "Lead", names.of(was.lead), names.of(now.lead))


def milestones(earlier: Reported, later: Reported, names: Names) -> Iterator[Change]:
    """Yield new milestones, what was reached or dropped, and changed dates, statuses and owners."""
    for new in only_in(later.milestones, earlier.milestones, lambda each: each.ref):
        yield Change(_title(new), new.ref, "New milestone", wording.NOTHING, f"due {_date(new.forecast)}")
    for was, now in in_both(earlier.milestones, later.milestones, lambda each: each.ref):
        if now.status is MilestoneStatus.DONE and was.status is not now.status:
            yield _reached(was, now)
        elif now.status is MilestoneStatus.DROPPED and was.status is not now.status:
            yield Change(_title(now), now.ref, "Dropped", f"forecast {_date(was.forecast)}", "dropped")
        else:
            yield from _milestone(was, now, names)


def _reached(was: ReportedMilestone, now: ReportedMilestone) -> Change:
    said = f"{'done late' if now.done_late else 'done'} on {_date(now.actual)}"
    return Change(_title(now), now.ref, "Reached", f"forecast {_date(was.forecast)}", said, Way.BETTER)


def _milestone(was: ReportedMilestone, now: ReportedMilestone, names: Names) -> Iterator[Change]:
    if was.forecast != now.forecast:
        moved = (now.forecast - was.forecast).days
        said = f"{_date(now.forecast)} ({wording.slip(moved)})"
        yield Change(_title(now), now.ref, "Forecast", _date(was.forecast), said, way(0, moved, more_is_better=False))
    if was.baseline != now.baseline:
        yield Change(_title(now), now.ref, "Baseline", _date(was.baseline), _date(now.baseline))
    if was.status is not now.status:
        before, after = wording.MILESTONES[was.status].text, wording.MILESTONES[now.status].text
        yield Change(_title(now), now.ref, "Status", before, after, _rank(_MILESTONES, was.status, now.status))
    if was.owner and was.owner != now.owner:
        yield Change(_title(now), now.ref, "Owner", names.of(was.owner), names.of(now.owner))


def _rank(worst_first: Sequence[object], was: object, now: object) -> Way:
    if was not in worst_first or now not in worst_first:
        return Way.NEITHER
    return way(worst_first.index(was), worst_first.index(now), more_is_better=True)


def _confidence(value: Confidence | None) -> str:
    return "None stated" if value is None else wording.CONFIDENCES[value].text


def _title(milestone: ReportedMilestone) -> str:
    return milestone.title or milestone.ref


def _date(day: date | None) -> str:
    return wording.NOTHING if day is None else wording.plain_date(day)
