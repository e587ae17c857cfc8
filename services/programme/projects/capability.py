"""Projects and their milestones, as one capability."""

from __future__ import annotations

from services.programme.core.capability import Capability
from services.programme.projects import commands, decide, putting_right, stages, taking_part, workplan
from services.programme.projects.grants import GRANTS

CAPABILITY = Capability(
    commands=commands,
    rules=(decide, stages, workplan, putting_right, taking_part),
    grants=GRANTS,
    sections={"projects": commands.BringInProject},
)
