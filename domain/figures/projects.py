"""Projects and their milestones as they stand on a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contracts.events.projects import Confidence
from contracts.references import number_of
from domain.calendar import Period
from domain.figures.schedule import (
    BEHIND,
    MilestoneStatus,
    ScheduleStatus,
    forecast_before,
    is_done_late,
    milestone_status,
    schedule_status,
)
from domain.figures.silence import shown_confidence, silent_milestone_days, silent_project_days
from domain.register import Register
from domain.register.projects import ENDED, Milestone, Project


@dataclass(frozen=True, slots=True)
class MilestoneFigures:
    """A milestone as it stands; ``silent_days`` is None unless it is silent.

    ``before`` are the open milestones that it depends on and is forecast before, as they were entered.
    """

    milestone: Milestone
    status: MilestoneStatus
    is_done_late: bool
    silent_days: int | None
    before: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether it has been reached."""
        return self.status is MilestoneStatus.DONE

    @property
    def is_dropped(self) -> bool:
        """Whether it turned out to be needless."""
        return self.status is MilestoneStatus.DROPPED


@dataclass(frozen=True, slots=True)
class ProjectFigures:
    """A project as it stands: confidence stated and shown, schedule status computed, milestones by number."""

    project: Project
    stated: Confidence | None
    shown: Confidence | None
    silent_days: int | None
    schedule: ScheduleStatus
    milestones: tuple[MilestoneFigures, ...]
    lead: str
    taking_part: tuple[str, ...]

    @property
    def partners(self) -> frozenset[str]:
        """The lead and those taking part."""
        return frozenset((self.lead, *self.taking_part))

    @property
    def is_open(self) -> bool:
        """Whether it has neither been closed nor stopped."""
        return self.project.stage not in ENDED

    @property
    def workplan(self) -> tuple[MilestoneFigures, ...]:
        """The milestones that were not dropped."""
        return tuple(each for each in self.milestones if not each.is_dropped)

    @property
    def next_milestone(self) -> MilestoneFigures | None:
        """The open milestone with the earliest forecast."""
        still_open = (each for each in self.workplan if not each.is_done)
        return min(still_open, key=lambda each: (each.milestone.forecast, each.milestone.reference), default=None)

    @property
    def most_behind(self) -> MilestoneFigures | None:
        """Of the open milestones that are red or overdue, the one with the greatest slip."""
        behind = (each for each in self.workplan if each.status in BEHIND)
        return max(behind, key=lambda each: each.milestone.slip_days or 0, default=None)


def project_figures(register: Register, quarter: Period, on: date) -> tuple[ProjectFigures, ...]:
    """Return every project as it stands on a date, by number."""
    projects = sorted(register.projects.values(), key=lambda each: number_of(each.reference))
    gone = frozenset(code for code, partner in register.partners.items() if partner.has_left_by(on))
    return tuple(_project(register, each, quarter, on, gone) for each in projects)


def _project(register: Register, project: Project, quarter: Period, on: date, gone: frozenset[str]) -> ProjectFigures:
    stated = None if project.confidence is None else project.confidence.confidence
    silent_days = silent_project_days(register, project.reference, quarter, on)
    milestones = register.milestones_of(project.reference)
    return ProjectFigures(
        project=project,
        stated=stated,
        shown=shown_confidence(stated, silent_days),
        silent_days=silent_days,
        schedule=schedule_status(milestones, on),
        milestones=tuple(_milestone(register, each, quarter, on) for each in milestones),
        lead=project.participation.lead_on(on),
        # A partner that left takes part no more, whether or not that was recorded too.
        taking_part=tuple(each for each in project.participation.others_on(on) if each not in gone),
    )


def _milestone(register: Register, milestone: Milestone, quarter: Period, on: date) -> MilestoneFigures:
    return MilestoneFigures(
        milestone=milestone,
        status=milestone_status(milestone, on),
        is_done_late=is_done_late(milestone, on),
        silent_days=silent_milestone_days(register, milestone.reference, quarter, on),
        before=forecast_before(register, milestone, on),
    )
