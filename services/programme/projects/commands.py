"""Projects, their stages and what is said of them; milestones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.events.base import PartnerCode
from contracts.events.projects import Confidence, Stage
from contracts.references import full, short
from services.programme.core.command import Command, DateRule, Fields
from services.programme.core.fields import MOST_ENTRIES, IsoDate, PartnerCodes, Ref, Refs, Text, Title, Whole, Words

ProjectRef = Annotated[Ref, Field(description="Reference of the project.", examples=["P01", "LAP-P01"])]
Reason = Annotated[Words, Field(description="Why.", examples=["It was misspelt."])]
MilestoneRef = Annotated[Ref, Field(description="Reference of the milestone.", examples=["P01-M02", "LAP-P01-M02"])]


class MilestoneEntry(Fields):
    """One dated, owned point of a workplan."""

    code: Annotated[Ref, Field(description="Reference, with or without its project.", examples=["M01"])]
    title: Annotated[Title, Field(description="Title.", examples=["Catalogue standard agreed"])]
    owner: Annotated[PartnerCode, Field(description="Code of the partner that owns it.", examples=["LMA"])]
    person: Annotated[Ref | None, Field(description="Id of the person who sees to it.", examples=["LAP-U004"])] = None
    due: Annotated[IsoDate, Field(description="Forecast date.", examples=["2014-07-31"])]
    depends_on: Annotated[
        Refs, Field(description="Milestones, of any project, that come first.", examples=[["P01-M01"]])
    ] = ()

    def reference(self, partnership: str, project: str) -> str:
        """Return the full reference as a milestone of ``project``, whose code may be left out: ``M01``."""
        bare = short(partnership, self.code)
        return full(partnership, bare) if bare.startswith(f"{short(partnership, project)}-") else f"{project}-{bare}"


class ProjectEntry(Fields):
    """A project as it is written down."""

    code: Annotated[Ref, Field(description="Reference of the new project.", examples=["P01"])]
    title: Annotated[Title, Field(description="Title.", examples=["Shared London archives catalogue"])]
    purpose: Annotated[Text, Field(description="What it is for.")] = ""
    lead: Annotated[PartnerCode, Field(description="Code of the partner that leads it.", examples=["LMA"])]
    taking_part: Annotated[
        PartnerCodes,
        Field(description="Codes of the partners that take part.", examples=[["BRE", "HAC"]]),
    ] = ()
    tolerance_days: Annotated[
        Whole, Field(ge=0, le=3_650, description="Days by which a milestone may slip before it turns red.")
    ] = 14
    milestones: Annotated[tuple[MilestoneEntry, ...], Field(max_length=MOST_ENTRIES, description="Its workplan.")] = ()


class ProposeProject(ProjectEntry, Command):
    """Propose a project. It stands at the stage proposed; the board approves it by a decision."""


class BringInProject(ProjectEntry, Command):
    """Bring in a project as it stands when the partnership is set up."""

    stage: Annotated[Stage, Field(description="Stage at which it stands.", examples=["in_delivery"])] = Stage.IDEA

    def brings_in(self, partnership: str) -> Iterable[str]:
        """Yield its milestones: those of another project may depend on them."""
        project = full(partnership, self.code)
        return (milestone.reference(partnership, project) for milestone in self.milestones)


class AmendProject(Command):
    """Put a project's title or purpose right."""

    concerns: ClassVar[str | None] = "project"

    project: ProjectRef
    title: Annotated[Title | None, Field(description="The new title.", examples=["Shared London catalogue"])] = None
    purpose: Annotated[Text | None, Field(description="What it is for.")] = None
    reason: Reason


class ChangeLead(Command):
    """Have another partner lead a project from a day on. The one before goes on taking part unless it leaves."""

    concerns: ClassVar[str | None] = "project"

    project: ProjectRef
    lead: Annotated[PartnerCode, Field(description="Code of the partner that leads from then on.", examples=["BRE"])]
    since: Annotated[IsoDate, Field(alias="from", description="First day on which it leads.", examples=["2015-04-01"])]
    reason: Reason


class JoinProject(Command):
    """Have a partner take part in a project from a day on."""

    concerns: ClassVar[str | None] = "project"

    project: ProjectRef
    partner: Annotated[PartnerCode, Field(description="Code of the partner.", examples=["BRE"])]
    since: Annotated[
        IsoDate, Field(alias="from", description="First day on which it takes part.", examples=["2015-04-01"])
    ]


class LeaveProject(Command):
    """Have a partner no longer take part in a project."""

    concerns: ClassVar[str | None] = "project"

    project: ProjectRef
    partner: Annotated[PartnerCode, Field(description="Code of the partner.", examples=["BRE"])]
    on: Annotated[IsoDate, Field(description="First day on which it takes no part.", examples=["2015-04-01"])]
    reason: Reason


class MoveProject(Command):
    """Move a project to a stage that needs no decision of the board."""

    concerns: ClassVar[str | None] = "project"
    is_step: ClassVar[bool] = True

    project: ProjectRef
    stage: Annotated[Stage, Field(description="The new stage.", examples=["in_delivery"])]


class StateConfidence(Command):
    """Judge a project's delivery, with a reason."""

    concerns: ClassVar[str | None] = "project"

    project: ProjectRef
    confidence: Annotated[
        Confidence,
        Field(description="green: highly likely; amber: feasible, with issues; red: unachievable as it is."),
    ]
    reason: Annotated[Words, Field(description="Why.", examples=["The supplier has delivered the first release."])]


class WriteHighlight(Command):
    """Write a project's highlight."""

    concerns: ClassVar[str | None] = "project"

    project: ProjectRef
    progress: Annotated[Words, Field(description="What was achieved.")]
    next: Annotated[Words, Field(description="What comes next.")]
    help_needed: Annotated[Text | None, Field(description="What help is needed, if any.")] = None


class AddMilestone(MilestoneEntry, Command):
    """Add a milestone to a project's workplan. It has no baseline until a decision sets one."""

    concerns: ClassVar[str | None] = "project"

    project: ProjectRef


class AmendMilestone(Command):
    """Put a milestone's title, owner, person or dependencies right. A new owner is the secretary's to name."""

    concerns: ClassVar[str | None] = "milestone"

    milestone: MilestoneRef
    title: Annotated[Title | None, Field(description="The new title.", examples=["Standard published"])] = None
    owner: Annotated[PartnerCode | None, Field(description="Code of the new owner.", examples=["LMA"])] = None
    person: Annotated[Ref | None, Field(description="Id of the person who sees to it.", examples=["U004"])] = None
    depends_on: Annotated[Refs | None, Field(description="All milestones that come first.", examples=[["P01-M01"]])] = (
        None
    )
    reason: Reason


class DropMilestone(Command):
    """Drop a milestone that turned out to be needless. One with a baseline is dropped by a decision alone."""

    concerns: ClassVar[str | None] = "milestone"

    milestone: MilestoneRef
    reason: Reason


class ReopenMilestone(Command):
    """Take back that a milestone was done."""

    concerns: ClassVar[str | None] = "milestone"

    milestone: MilestoneRef
    reason: Reason


class ReforecastMilestone(Command):
    """Change a milestone's forecast, for a reason."""

    concerns: ClassVar[str | None] = "milestone"

    milestone: MilestoneRef
    forecast: Annotated[IsoDate, Field(description="The new forecast date.", examples=["2015-01-30"])]
    reason: Annotated[Words, Field(description="Why it changes.", examples=["Two services join later."])]


class CompleteMilestone(Command):
    """Record that a milestone was reached."""

    concerns: ClassVar[str | None] = "milestone"
    dates: ClassVar[Mapping[str, DateRule]] = {"on": DateRule.HAS_COME}

    milestone: MilestoneRef
    on: Annotated[IsoDate, Field(description="The day on which it was reached.", examples=["2014-07-30"])]
