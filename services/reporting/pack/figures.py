"""The figures of one pack, each computed once, by the functions that the live pages use too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from contracts.events.projects import Confidence
from contracts.references import number_of
from domain.calendar import Calendar, Period
from domain.figures.breaches import Breach, breaches
from domain.figures.compliance import Compliance, Obligation, QuarterCompliance
from domain.figures.load import Load, loads
from domain.figures.ownership import Owned, to_hand_over
from domain.figures.schedule import (
    MilestoneStatus,
    ScheduleStatus,
    forecast_before,
    is_done_late,
    milestone_status,
    schedule_status,
)
from domain.figures.silence import (
    days_since_recorded,
    shown_confidence,
    silent_milestone_days,
    silent_partners,
    silent_project_days,
)
from domain.register import Register, title_of
from domain.register.decisions import Action
from domain.register.kinds import Kind, Thing
from domain.register.papers import MeetingNotice
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


@dataclass(frozen=True)
class Figures:
    """What a pack says in numbers, as at ``at``, for the quarter it covers; each is computed when first asked for.

    Orders: projects and milestones by number; partners by code. Valid while the register stays as it is.
    """

    register: Register
    at: datetime
    on: date
    quarter: Period
    compliance: Compliance

    @cached_property
    def covered(self) -> QuarterCompliance:
        """The quarter's compliance."""
        return self.compliance.quarter(self.quarter)

    @cached_property
    def trend(self) -> tuple[QuarterCompliance, ...]:
        """The compliance of the quarters before, the oldest first."""
        return tuple(self.compliance.trend(self.quarter))

    @cached_property
    def running(self) -> tuple[Obligation, ...]:
        """The obligations of periods that run on beyond the quarter."""
        return tuple(self.compliance.running(self.quarter))

    @cached_property
    def breaches(self) -> tuple[Breach, ...]:
        """The core commitments failed in two periods running."""
        return tuple(breaches(self.compliance))

    @cached_property
    def projects(self) -> tuple[ProjectFigures, ...]:
        """Every project as it stands."""
        return project_figures(self.register, self.quarter, self.on)

    @cached_property
    def loads(self) -> tuple[Load, ...]:
        """What each partner has pledged and released."""
        return tuple(loads(self.register, self.quarter))

    @cached_property
    def silent(self) -> dict[str, int]:
        """Days of silence, by partner that is silent."""
        return silent_partners(self.register, self.quarter, self.on)

    @cached_property
    def to_hand_over(self) -> tuple[Owned, ...]:
        """What partners that have left still lead or own."""
        return tuple(to_hand_over(self.register, self.on))

    @cached_property
    def notes(self) -> dict[str, str]:
        """The notes to the board that came with the returns for the quarter, by partner."""
        notes = {code: self.register.returns.note(code, self.quarter.label) for code in sorted(self.register.partners)}
        return {code: note for code, note in notes.items() if note is not None}

    @property
    def calendar(self) -> Calendar:
        """The partnership's calendar."""
        return self.register.calendar

    @property
    def open_projects(self) -> tuple[ProjectFigures, ...]:
        """The projects that have not ended."""
        return tuple(each for each in self.projects if each.is_open)

    def by_number(self, kind: Kind[Thing]) -> list[Thing]:
        """Return the objects of a kind, by number."""
        objects = kind.of(self.register)
        return [objects[reference] for reference in sorted(objects, key=number_of)]

    def project(self, reference: str) -> ProjectFigures | None:
        """Return a project's figures; None where it was not known then."""
        return next((each for each in self.projects if each.project.reference == reference), None)

    def milestone(self, reference: str) -> MilestoneFigures | None:
        """Return a milestone's figures; None where it was not known then."""
        every = (each for project in self.projects for each in project.milestones)
        return next((each for each in every if each.milestone.reference == reference), None)

    def partner_name(self, code: str) -> str:
        """Return a partner's name."""
        partner = self.register.partners.get(code)
        return code if partner is None else partner.name

    def name(self, reference: str) -> str:
        """Return the name of what a reference or a partner's code stands for; itself where that has none."""
        return title_of(self.register, reference) or self.partner_name(reference)

    def days_since(self, subject: str) -> int | None:
        """Return the days since anything about a partner, project or milestone was recorded."""
        return days_since_recorded(self.register, subject, self.on)

    def action_status(self, action: Action) -> str:
        """Return whether an action is ``done``, ``dropped``, ``overdue`` or ``open``."""
        if action.completed_on is not None:
            return "done"
        if action.dropped_at is not None:
            return "dropped"
        return "overdue" if action.due < self.on else "open"


def figures(register: Register, quarter: Period, at: datetime, own: MeetingNotice | None = None) -> Figures:
    """Return the figures of a pack that covers ``quarter`` from a register that holds what was recorded by ``at``.

    ``own`` is the pack's own meeting, which the register may not know yet.
    """
    return Figures(register, at, register.calendar.local_date(at), quarter, Compliance(register, at, own))


def project_figures(register: Register, quarter: Period, on: date) -> tuple[ProjectFigures, ...]:
    """Return every project as it stands on a date, by number."""
    projects = sorted(register.projects.values(), key=lambda each: number_of(each.reference))
    return tuple(_project(register, each, quarter, on) for each in projects)


def _project(register: Register, project: Project, quarter: Period, on: date) -> ProjectFigures:
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
        taking_part=project.participation.others_on(on),
    )


def _milestone(register: Register, milestone: Milestone, quarter: Period, on: date) -> MilestoneFigures:
    return MilestoneFigures(
        milestone=milestone,
        status=milestone_status(milestone, on),
        is_done_late=is_done_late(milestone, on),
        silent_days=silent_milestone_days(register, milestone.reference, quarter, on),
        before=forecast_before(register, milestone, on),
    )
