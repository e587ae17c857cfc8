"""In one minute: which projects are red, which of them newly, and how far behind."""

from __future__ import annotations

from contracts.events.projects import Confidence
from domain import wording
from domain.figures.projects import ProjectFigures
from domain.figures.schedule import ScheduleStatus
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.minute import NAMED, Finding
from services.reporting.pack.previous import PreviousProject


def is_red(project: ProjectFigures | PreviousProject) -> bool:
    """Say whether a project is red: its schedule, or the delivery confidence that is shown."""
    return project.schedule is ScheduleStatus.RED or project.shown is Confidence.RED


def is_newly_red(briefing: Briefing, project: ProjectFigures) -> bool:
    """Say whether a project is red and was not in the pack before."""
    if briefing.before is None or not is_red(project):
        return False
    earlier = briefing.before.projects.get(project.project.reference)
    return earlier is None or not is_red(earlier)


def red_projects(briefing: Briefing) -> list[ProjectFigures]:
    """Return the open projects that are red: those that are newly so first, then the furthest behind."""
    red = (each for each in briefing.now.open_projects if is_red(each))
    return sorted(red, key=lambda each: (not is_newly_red(briefing, each), -_slip(each)))


def red(briefing: Briefing) -> Finding | None:
    """Return the red projects by name."""
    projects, found = briefing.now.open_projects, red_projects(briefing)
    if not projects:
        return None
    if not found:
        return Finding("no project is red", "glance", is_well=True)
    words = (f"{each.project.title} ({_how(briefing, each)})" for each in found)
    verb = "is" if len(found) == 1 else "are"
    number = f"{len(found)} of {wording.count(len(projects), 'open project')}"
    return Finding(f"{number} {verb} red: {wording.listed_up_to(NAMED, words)}", "glance")


def _how(briefing: Briefing, project: ProjectFigures) -> str:
    notes = ["newly"] if is_newly_red(briefing, project) else []
    behind = project.most_behind
    if behind is not None and (behind.milestone.slip_days or 0) > 0:
        notes.append(f"{wording.days(behind.milestone.slip_days or 0)} behind")
    elif behind is not None:
        notes.append(f"overdue since {wording.plain_date(behind.milestone.forecast)}")
    if project.shown is Confidence.RED:
        notes.append("delivery confidence red")
    return ", ".join(notes)


def _slip(project: ProjectFigures) -> int:
    return 0 if project.most_behind is None else project.most_behind.milestone.slip_days or 0
