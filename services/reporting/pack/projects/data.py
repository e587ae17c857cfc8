"""Projects and milestones in pack.json, by number."""

from __future__ import annotations

from domain.figures.overview import Figures
from domain.figures.projects import MilestoneFigures, ProjectFigures
from services.reporting.pack.data import Json, iso


def projects(figures: Figures) -> list[Json]:
    """Return the projects."""
    return [project_data(each) for each in figures.projects]


def milestones(figures: Figures) -> list[Json]:
    """Return the milestones of every project."""
    return [milestone_data(each) for project in figures.projects for each in project.milestones]


def project_data(figures: ProjectFigures) -> Json:
    """Return a project as it stands."""
    return {
        "ref": figures.project.reference,
        "title": figures.project.title,
        "lead": figures.lead,
        "stage": figures.project.stage.value,
        "confidence": {"stated": figures.stated, "shown": figures.shown, "silent_days": figures.silent_days},
        "schedule_status": figures.schedule.value,
    }


def milestone_data(figures: MilestoneFigures) -> Json:
    """Return a milestone as it stands."""
    milestone = figures.milestone
    return {
        "ref": milestone.reference,
        "title": milestone.title,
        "owner": milestone.owner,
        "baseline": iso(milestone.baseline),
        "forecast": iso(milestone.forecast),
        "actual": iso(milestone.actual),
        "slip_days": milestone.slip_days,
        "status": figures.status.value,
        "done_late": figures.is_done_late,
        "reforecasts": milestone.reforecasts,
        "before": list(figures.before),
        "silent_days": figures.silent_days,
    }
