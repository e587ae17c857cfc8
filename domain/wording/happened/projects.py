"""What happened to a project and its milestones, each fact in one sentence."""

from __future__ import annotations

from functools import singledispatch

from contracts.events import Fact
from contracts.events.projects import (
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
)
from domain.wording.dates import plain_date
from domain.wording.happened.sentences import Named, parts_put_right
from domain.wording.numbers import count
from domain.wording.projects import stage
from domain.wording.sentences import sentence


@singledispatch
def happened(fact: Fact, named: Named) -> str:
    """Return a fact about a project in a sentence or two; empty for a fact about something else."""
    return ""


@happened.register
def _(fact: ProjectProposed, named: Named) -> str:
    return f"The project was entered at the stage “{stage(fact.stage)}”."


@happened.register
def _(fact: ProjectAmended, named: Named) -> str:
    return f"{parts_put_right(fact, 'title', 'purpose')} of the project put right. {sentence(fact.reason)}"


@happened.register
def _(fact: ProjectMoved, named: Named) -> str:
    return f"The project moved to the stage “{stage(fact.stage)}”{_by(fact.decision)}."


@happened.register
def _(fact: LeadChanged, named: Named) -> str:
    return f"{named(fact.lead)} leads the project from {plain_date(fact.since)}. {sentence(fact.reason)}"


@happened.register
def _(fact: ProjectJoined, named: Named) -> str:
    return f"{named(fact.partner)} takes part from {plain_date(fact.since)}."


@happened.register
def _(fact: ProjectLeft, named: Named) -> str:
    return f"{named(fact.partner)} takes no part from {plain_date(fact.left_on)}. {sentence(fact.reason)}"


@happened.register
def _(fact: ConfidenceStated, named: Named) -> str:
    return f"Confidence was stated as {fact.confidence.value}. {sentence(fact.reason)}"


@happened.register
def _(fact: HighlightWritten, named: Named) -> str:
    return "A highlight was written."


@happened.register
def _(fact: MilestonesBaselined, named: Named) -> str:
    return f"The baseline of {count(len(fact.baselines), 'milestone')} was set{_by(fact.decision)}."


@happened.register
def _(fact: MilestoneAdded, named: Named) -> str:
    return f"“{fact.title}” was added, forecast for {plain_date(fact.forecast)}."


@happened.register
def _(fact: MilestoneAmended, named: Named) -> str:
    changed = parts_put_right(fact, "title", "owner", "person", "depends_on")
    return f"{changed} of “{named(fact.milestone)}” put right. {sentence(fact.reason)}"


@happened.register
def _(fact: MilestoneReforecast, named: Named) -> str:
    return f"“{named(fact.milestone)}” is now forecast for {plain_date(fact.forecast)}. {sentence(fact.reason)}"


@happened.register
def _(fact: MilestoneCompleted, named: Named) -> str:
    return f"“{named(fact.milestone)}” was reached on {plain_date(fact.actual)}."


@happened.register
def _(fact: MilestoneReopened, named: Named) -> str:
    return f"“{named(fact.milestone)}” is not done after all. {sentence(fact.reason)}"


@happened.register
def _(fact: MilestoneDropped, named: Named) -> str:
    return f"“{named(fact.milestone)}” was dropped{_by(fact.decision)}. {sentence(fact.reason)}"


def _by(decision: str | None) -> str:
    return f", by {decision}" if decision else ""
