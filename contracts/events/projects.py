"""Facts about projects and their workplans."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from contracts.events.base import Fact, PartnerCode, PersonId, Reference, Text, Title, date

ToleranceDays = Annotated[int, Field(ge=0, le=3650)]


class Stage(StrEnum):
    """Where a project stands. Source: domain.md section 2."""

    IDEA = "idea"
    PROPOSED = "proposed"
    APPROVED = "approved"
    IN_DELIVERY = "in_delivery"
    CLOSING = "closing"
    CLOSED = "closed"
    PAUSED = "paused"
    STOPPED = "stopped"


class Confidence(StrEnum):
    """A judgement of delivery: highly likely, feasible with significant issues, or unachievable as it is."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class ProjectProposed(Fact):
    """A project became known to the partnership, at the stage where it then stood."""

    project: Reference
    title: Title
    purpose: Text
    lead: PartnerCode
    taking_part: tuple[PartnerCode, ...] = ()
    stage: Stage
    tolerance_days: ToleranceDays

    def subject(self, partnership: str) -> str:
        return self.project


class ProjectAmended(Fact):
    """A project's title or purpose was put right; what stayed as it was is None."""

    project: Reference
    title: Title | None = None
    purpose: Text | None = None
    reason: Text

    def subject(self, partnership: str) -> str:
        return self.project


class ProjectMoved(Fact):
    """A project moved to another stage; by a decision where the stage needs one."""

    project: Reference
    stage: Stage
    decision: Reference | None = None

    def subject(self, partnership: str) -> str:
        return self.project


class LeadChanged(Fact):
    """From a day on another partner leads a project; the one before goes on taking part unless it leaves."""

    project: Reference
    lead: PartnerCode
    since: date
    reason: Text

    def subject(self, partnership: str) -> str:
        return self.project


class ProjectJoined(Fact):
    """A partner takes part in a project from ``since`` on."""

    project: Reference
    partner: PartnerCode
    since: date

    def subject(self, partnership: str) -> str:
        return self.project


class ProjectLeft(Fact):
    """A partner no longer takes part in a project; ``left_on`` is the first day without it."""

    project: Reference
    partner: PartnerCode
    left_on: date
    reason: Text

    def subject(self, partnership: str) -> str:
        return self.project


class ConfidenceStated(Fact):
    """Someone responsible for the project judged its delivery."""

    project: Reference
    confidence: Confidence
    reason: Text

    def subject(self, partnership: str) -> str:
        return self.project


class HighlightWritten(Fact):
    """The project's highlight: what was achieved, what comes next, what help is needed."""

    project: Reference
    progress: Text
    next: Text
    help_needed: Text | None = None

    def subject(self, partnership: str) -> str:
        return self.project


class MilestoneAdded(Fact):
    """A milestone joined a project's workplan; ``baseline`` only where the project had been approved by then."""

    milestone: Reference
    title: Title
    owner: PartnerCode
    person: PersonId | None = None
    forecast: date
    baseline: date | None = None
    depends_on: tuple[Reference, ...] = ()

    def subject(self, partnership: str) -> str:
        return self.milestone


class MilestonesBaselined(Fact):
    """The baselines of some milestones of one project were set or changed; the old ones are kept in the register."""

    project: Reference
    baselines: dict[Reference, date]
    decision: Reference | None = None

    def subject(self, partnership: str) -> str:
        return self.project

    def touched(self, partnership: str) -> tuple[str, ...]:
        return (self.project, *self.baselines)


class MilestoneAmended(Fact):
    """Parts of a milestone were put right, None where they stayed as they were. A new owner answers from then on."""

    milestone: Reference
    title: Title | None = None
    owner: PartnerCode | None = None
    person: PersonId | None = None
    depends_on: tuple[Reference, ...] | None = None
    reason: Text

    def subject(self, partnership: str) -> str:
        return self.milestone


class MilestoneDropped(Fact):
    """A milestone turned out to be needless; by a decision where it had a baseline."""

    milestone: Reference
    reason: Text
    decision: Reference | None = None

    def subject(self, partnership: str) -> str:
        return self.milestone


class MilestoneReopened(Fact):
    """A milestone is not done after all; its forecast and baseline stand as they are."""

    milestone: Reference
    reason: Text

    def subject(self, partnership: str) -> str:
        return self.milestone


class MilestoneReforecast(Fact):
    """A milestone's forecast changed, for a reason."""

    milestone: Reference
    forecast: date
    reason: Text

    def subject(self, partnership: str) -> str:
        return self.milestone


class MilestoneCompleted(Fact):
    """A milestone was reached on the effective date."""

    milestone: Reference
    actual: date

    def subject(self, partnership: str) -> str:
        return self.milestone
