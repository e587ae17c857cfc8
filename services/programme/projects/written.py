"""How facts about projects and their milestones are written as commands."""

from __future__ import annotations

from contracts.envelope import Recorded
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
    ProjectAmended,
    ProjectJoined,
    ProjectLeft,
    ProjectMoved,
    ProjectProposed,
)
from contracts.references import project_of
from services.programme.core.written import Following, Parts, Written, as_named, taken_while
from services.programme.projects import commands

_MILESTONE = as_named(milestone="code", forecast="due")


def _project(following: Following) -> Parts:
    return {"project": project_of(following.event.subject)}


def _workplan(following: Following) -> Parts:
    """Return the milestones with which a project was entered: those that were added with it."""
    project, cause = following.event.subject, following.event.causation

    def is_its(event: Recorded) -> bool:
        added = event.fact
        return isinstance(added, MilestoneAdded) and project_of(added.milestone) == project and event.causation == cause

    entry = Written(commands.AddMilestone, _MILESTONE)
    added = (entry.parts(Following(each, (), following.before)) for each in taken_while(following, is_its))
    return {"milestones": list(added)}


WRITTEN: dict[type[Fact], tuple[Written, ...]] = {
    ProjectProposed: (
        Written(commands.BringInProject, as_named(project="code"), _workplan),
        Written(commands.ProposeProject, as_named(project="code"), _workplan),
    ),
    ProjectAmended: (Written(commands.AmendProject),),
    ProjectMoved: (Written(commands.MoveProject),),
    LeadChanged: (Written(commands.ChangeLead, {"since": "from"}),),
    ProjectJoined: (Written(commands.JoinProject, {"since": "from"}),),
    ProjectLeft: (Written(commands.LeaveProject, as_named(left_on="on")),),
    ConfidenceStated: (Written(commands.StateConfidence),),
    HighlightWritten: (Written(commands.WriteHighlight),),
    MilestoneAdded: (Written(commands.AddMilestone, _MILESTONE, _project),),
    MilestoneAmended: (Written(commands.AmendMilestone),),
    MilestoneDropped: (Written(commands.DropMilestone),),
    MilestoneReopened: (Written(commands.ReopenMilestone),),
    MilestoneReforecast: (Written(commands.ReforecastMilestone),),
    MilestoneCompleted: (Written(commands.CompleteMilestone, as_named(actual="on")),),
}
