"""Projects and their milestones, as one capability."""

from __future__ import annotations

from domain.register.projects import PROJECTS
from services.programme.core.capability import Capability
from services.programme.core.lookup import finding
from services.programme.projects import commands, decide, putting_right, stages, taking_part, workplan
from services.programme.projects.grants import GRANTS
from services.programme.projects.lookup import find_milestone
from services.programme.projects.written import WRITTEN

CAPABILITY = Capability(
    commands=commands,
    written=WRITTEN,
    rules=(decide, stages, workplan, putting_right, taking_part),
    grants=GRANTS,
    mentions={"project": finding(PROJECTS), **dict.fromkeys(("milestone", "milestones", "depends_on"), find_milestone)},
    sections={"projects": commands.BringInProject},
)
