"""Who may do what with projects and milestones: the partner that leads the project, or owns the milestone.

Who leads, who owns and who takes part is for the secretary alone to change.
"""

from __future__ import annotations

from datetime import date

from domain.register import Register
from domain.register.projects import PROJECTS
from services.programme.core import lookup
from services.programme.core.grants import LEAD, LEAD_AND_CONTRIBUTOR, Grant, Grants, partner_in
from services.programme.projects.commands import (
    AddMilestone,
    AmendMilestone,
    AmendProject,
    CompleteMilestone,
    DropMilestone,
    MoveProject,
    ProposeProject,
    ReforecastMilestone,
    ReopenMilestone,
    StateConfidence,
    WriteHighlight,
)
from services.programme.projects.lookup import find_milestone

AboutProject = MoveProject | StateConfidence | WriteHighlight | AddMilestone | AmendProject
AboutMilestone = AmendMilestone | DropMilestone | ReopenMilestone | ReforecastMilestone | CompleteMilestone


def _lead(register: Register, command: AboutProject, on: date) -> frozenset[str]:
    return frozenset({lookup.find(PROJECTS, register, command.project).participation.lead_on(on)})


def _lead_of_milestone(register: Register, command: AboutMilestone, on: date) -> frozenset[str]:
    milestone = find_milestone(register, command.milestone)
    return frozenset({register.projects[milestone.project].participation.lead_on(on)})


def _lead_of_milestone_unless_handed_over(register: Register, command: AmendMilestone, on: date) -> frozenset[str]:
    return _lead_of_milestone(register, command, on) if command.owner is None else frozenset()


def _owner_of_milestone(register: Register, command: AboutMilestone, on: date) -> frozenset[str]:
    """The partner that owns the milestone, and the one that leads its project."""
    milestone = find_milestone(register, command.milestone)
    return frozenset({milestone.owner}) | _lead_of_milestone(register, command, on)


_OF_ITS_LEAD = (Grant(LEAD_AND_CONTRIBUTOR, _lead),)
_OF_ITS_OWNER = (Grant(LEAD_AND_CONTRIBUTOR, _owner_of_milestone),)
GRANTS: Grants = {
    ProposeProject: (Grant(LEAD, partner_in("lead")),),
    AmendProject: (Grant(LEAD, _lead),),
    MoveProject: _OF_ITS_LEAD,
    StateConfidence: _OF_ITS_LEAD,
    WriteHighlight: _OF_ITS_LEAD,
    AddMilestone: _OF_ITS_LEAD,
    AmendMilestone: (Grant(LEAD_AND_CONTRIBUTOR, _lead_of_milestone_unless_handed_over),),
    DropMilestone: (Grant(LEAD_AND_CONTRIBUTOR, _lead_of_milestone),),
    ReopenMilestone: _OF_ITS_OWNER,
    ReforecastMilestone: _OF_ITS_OWNER,
    CompleteMilestone: _OF_ITS_OWNER,
}
