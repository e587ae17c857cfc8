"""The projects, their workplans and what was said of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from contracts.envelope import Recorded
from contracts.events.projects import (
    Confidence,
    ConfidenceStated,
    HighlightWritten,
    LeadChanged,
    MilestoneAdded,
    MilestoneAmended,
    MilestoneCompleted,
    MilestoneDropped,
    MilestoneReforecast,
    MilestoneReopened,
    MilestonesBaselined,
    ProjectAmended,
    ProjectJoined,
    ProjectLeft,
    ProjectMoved,
    ProjectProposed,
    Stage,
)
from contracts.references import number_of, project_of
from domain.register import amendments
from domain.register.applying import applies
from domain.register.kinds import Kind
from domain.register.taking_part import Participation

if TYPE_CHECKING:
    from domain.register import Register

ENDED = frozenset({Stage.CLOSED, Stage.STOPPED})
AGREED_TO = frozenset({Stage.APPROVED, Stage.IN_DELIVERY, Stage.CLOSING, Stage.CLOSED})
"""Stages that no project comes to before the board has approved it."""


class StageEntry(NamedTuple):
    """A stage and since when."""

    stage: Stage
    effective_on: date
    recorded_at: datetime
    decision: str | None = None


class ConfidenceEntry(NamedTuple):
    """A judgement of delivery with its reason."""

    confidence: Confidence
    reason: str
    effective_on: date
    recorded_at: datetime


class Highlight(NamedTuple):
    """What was achieved, what comes next, what help is needed."""

    progress: str
    next: str
    help_needed: str | None
    effective_on: date
    recorded_at: datetime


class Forecast(NamedTuple):
    """A change of forecast, the date it replaced, and why."""

    forecast: date
    before: date
    reason: str
    effective_on: date
    recorded_at: datetime


class Baseline(NamedTuple):
    """A baseline, by which decision it was set, if by one."""

    baseline: date
    effective_on: date
    recorded_at: datetime
    decision: str | None = None


@dataclass(slots=True)
class Project:
    """Shared work of a lead partner and partners taking part; stages are in the order in which they were entered."""

    reference: str
    title: str
    purpose: str
    participation: Participation
    tolerance_days: int
    stages: list[StageEntry]
    milestones: list[str] = field(default_factory=list)
    confidences: list[ConfidenceEntry] = field(default_factory=list)
    highlights: list[Highlight] = field(default_factory=list)

    @property
    def stage(self) -> Stage:
        """The stage where the project stands."""
        return self.stages[-1].stage

    @property
    def stage_before_pause(self) -> Stage:
        """The last stage that is not a pause; a project that began paused is taken to have been in delivery."""
        entered = (entry.stage for entry in reversed(self.stages))
        return next((stage for stage in entered if stage is not Stage.PAUSED), Stage.IN_DELIVERY)

    @property
    def was_approved(self) -> bool:
        """Whether the project has been approved at some time; one that began paused is taken to have been."""
        return self.stages[0].stage is Stage.PAUSED or any(entry.stage in AGREED_TO for entry in self.stages)

    @property
    def is_open(self) -> bool:
        """Whether the project has neither been closed nor stopped."""
        return self.stage not in ENDED

    @property
    def confidence(self) -> ConfidenceEntry | None:
        """The delivery confidence last stated."""
        return self.confidences[-1] if self.confidences else None

    def delivered_by(self, first: date, last: date) -> set[str]:
        """Return the partners that were in it on a day of its delivery from ``first`` to ``last``, both included."""
        if not self.was_in_delivery_between(first, last):
            return set()
        return {
            part.partner
            for part in self.participation.parts
            if part.since <= last
            and part.until > first
            and self.was_in_delivery_between(max(first, part.since), min(last, _day_before(part.until)))
        }

    def was_in_delivery_between(self, first: date, last: date) -> bool:
        """Say whether the project was in delivery on any day from ``first`` to ``last``, both included.

        The stage of a day is the one it ended with. A stage that was recorded late, and is true from an earlier day,
        replaces from that day on whatever had been recorded before.
        """
        ends = date.max
        for entry in reversed(self.stages):
            if (
                entry.stage is Stage.IN_DELIVERY
                and entry.effective_on <= last
                and ends > max(first, entry.effective_on)
            ):
                return True
            ends = min(ends, entry.effective_on)
        return False


@dataclass(frozen=True, slots=True)
class Dropping:
    """Why a milestone turned out to be needless, and by which decision, if by one."""

    reason: str
    effective_on: date
    recorded_at: datetime
    decision: str | None


@dataclass(slots=True)
class Milestone:
    """One dated, owned point of a workplan; ``baselines`` holds every baseline it has had, the present one last.

    A milestone that was ``dropped`` keeps its dates, and counts as none.
    """

    reference: str
    project: str
    title: str
    owner: str
    person: str | None
    forecast: date
    depends_on: tuple[str, ...]
    tolerance_days: int
    added_at: datetime
    baselines: list[Baseline] = field(default_factory=list)
    forecasts: list[Forecast] = field(default_factory=list)
    actual: date | None = None
    dropped: Dropping | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has been neither reached nor dropped."""
        return self.actual is None and self.dropped is None

    @property
    def baseline(self) -> date | None:
        """The present baseline."""
        return self.baselines[-1].baseline if self.baselines else None

    @property
    def reforecasts(self) -> int:
        """How often the forecast was changed."""
        return len(self.forecasts)

    @property
    def slip_days(self) -> int | None:
        """Forecast less baseline, in days; None without a baseline."""
        return None if self.baseline is None else (self.forecast - self.baseline).days


PROJECTS: Kind[Project] = Kind("project", "P", lambda register: register.projects)
MILESTONES: Kind[Milestone] = Kind("milestone", "M", lambda register: register.milestones)


def _day_before(day: date) -> date:
    return day - timedelta(days=1)


def _lead_on(register: Register, project: str, day: date) -> str:
    return register.projects[project].participation.lead_on(day)


def _lead(
    register: Register, fact: ProjectProposed | ProjectMoved | ConfidenceStated | HighlightWritten, day: date
) -> tuple[str]:
    return (_lead_on(register, fact.project, day),)


def _owner_of_milestone(
    register: Register,
    fact: MilestoneAdded | MilestoneReforecast | MilestoneCompleted | MilestoneReopened | MilestoneDropped,
    day: date,
) -> tuple[str, str]:
    """The partner that owns the milestone, then the one that leads its project."""
    milestone = register.milestones[fact.milestone]
    return (milestone.owner, _lead_on(register, milestone.project, day))


@applies(ProjectProposed, about=_lead)
def proposed(register: Register, fact: ProjectProposed, event: Recorded) -> None:
    register.projects[fact.project] = Project(
        reference=fact.project,
        title=fact.title,
        purpose=fact.purpose,
        participation=Participation.begun(fact.lead, fact.taking_part, event.recorded_at),
        tolerance_days=fact.tolerance_days,
        stages=[StageEntry(fact.stage, event.effective_on, event.recorded_at)],
    )


@applies(ProjectMoved, about=_lead)
def moved(register: Register, fact: ProjectMoved, event: Recorded) -> None:
    project = register.projects[fact.project]
    project.stages.append(StageEntry(fact.stage, event.effective_on, event.recorded_at, fact.decision))


@applies(ConfidenceStated, about=_lead)
def confidence_stated(register: Register, fact: ConfidenceStated, event: Recorded) -> None:
    project = register.projects[fact.project]
    project.confidences.append(ConfidenceEntry(fact.confidence, fact.reason, event.effective_on, event.recorded_at))


@applies(HighlightWritten, about=_lead)
def highlight_written(register: Register, fact: HighlightWritten, event: Recorded) -> None:
    project = register.projects[fact.project]
    project.highlights.append(
        Highlight(fact.progress, fact.next, fact.help_needed, event.effective_on, event.recorded_at)
    )


@applies(MilestoneAdded, about=_owner_of_milestone)
def milestone_added(register: Register, fact: MilestoneAdded, event: Recorded) -> None:
    project = register.projects[project_of(fact.milestone)]
    milestone = Milestone(
        reference=fact.milestone,
        project=project.reference,
        title=fact.title,
        owner=fact.owner,
        person=fact.person,
        forecast=fact.forecast,
        depends_on=fact.depends_on,
        tolerance_days=project.tolerance_days,
        added_at=event.recorded_at,
    )
    if fact.baseline is not None:
        milestone.baselines.append(Baseline(fact.baseline, event.effective_on, event.recorded_at))
    register.milestones[fact.milestone] = milestone
    project.milestones.append(fact.milestone)
    project.milestones.sort(key=number_of)


@applies(MilestonesBaselined)
def baselined(register: Register, fact: MilestonesBaselined, event: Recorded) -> None:
    for reference, baseline in fact.baselines.items():
        register.milestones[reference].baselines.append(
            Baseline(baseline, event.effective_on, event.recorded_at, fact.decision)
        )


@applies(MilestoneReforecast, about=_owner_of_milestone)
def reforecast(register: Register, fact: MilestoneReforecast, event: Recorded) -> None:
    milestone = register.milestones[fact.milestone]
    milestone.forecasts.append(
        Forecast(fact.forecast, milestone.forecast, fact.reason, event.effective_on, event.recorded_at)
    )
    milestone.forecast = fact.forecast


@applies(MilestoneAmended)
def milestone_amended(register: Register, fact: MilestoneAmended, event: Recorded) -> None:
    milestone = register.milestones[fact.milestone]
    title, owner = fact.title or milestone.title, fact.owner or milestone.owner
    depends_on = milestone.depends_on if fact.depends_on is None else fact.depends_on
    amendments.note(
        register,
        event,
        fact.milestone,
        fact.reason,
        {
            "title": (milestone.title, title),
            "owner": (milestone.owner, owner),
            "depends on": (milestone.depends_on, depends_on),
        },
    )
    if fact.owner is not None or fact.person is not None:
        milestone.person = fact.person
    milestone.title, milestone.owner, milestone.depends_on = title, owner, depends_on


@applies(MilestoneDropped, about=_owner_of_milestone)
def dropped(register: Register, fact: MilestoneDropped, event: Recorded) -> None:
    register.milestones[fact.milestone].dropped = Dropping(
        fact.reason, event.effective_on, event.recorded_at, fact.decision
    )


@applies(MilestoneReopened, about=_owner_of_milestone)
def reopened(register: Register, fact: MilestoneReopened, event: Recorded) -> None:
    milestone = register.milestones[fact.milestone]
    amendments.note(register, event, fact.milestone, fact.reason, {"done on": (milestone.actual, None)})
    milestone.actual = None


@applies(LeadChanged)
def lead_changed(register: Register, fact: LeadChanged, event: Recorded) -> None:
    participation = register.projects[fact.project].participation
    was = participation.lead_on(fact.since)
    participation.change_lead(fact.lead, fact.since, event.recorded_at)
    amendments.note(register, event, fact.project, fact.reason, {"lead": (was, fact.lead)}, fact.since)


@applies(ProjectJoined)
def joined(register: Register, fact: ProjectJoined, event: Recorded) -> None:
    register.projects[fact.project].participation.join(fact.partner, fact.since)
    amendments.note(register, event, fact.project, None, {"taking part": (None, fact.partner)}, fact.since)


@applies(ProjectLeft)
def left(register: Register, fact: ProjectLeft, event: Recorded) -> None:
    register.projects[fact.project].participation.leave(fact.partner, fact.left_on)
    amendments.note(register, event, fact.project, fact.reason, {"taking part": (fact.partner, None)}, fact.left_on)


@applies(ProjectAmended)
def project_amended(register: Register, fact: ProjectAmended, event: Recorded) -> None:
    project = register.projects[fact.project]
    title, purpose = fact.title or project.title, project.purpose if fact.purpose is None else fact.purpose
    changes = {"title": (project.title, title), "purpose": (project.purpose, purpose)}
    amendments.note(register, event, fact.project, fact.reason, changes)
    project.title, project.purpose = title, purpose


@applies(MilestoneCompleted, about=_owner_of_milestone)
def completed(register: Register, fact: MilestoneCompleted, event: Recorded) -> None:
    milestone = register.milestones[fact.milestone]
    milestone.actual = fact.actual
