"""How what happened to a project or a milestone is told, wherever it is shown."""

from __future__ import annotations

from contracts.envelope import Recorded
from domain.register import Register
from services.programme.pages.happened import Telling
from services.programme.projects.changes.telling import TELLING


def telling_of(register: Register, event: Recorded) -> Telling:
    """Return how an event is told, and put right."""
    return TELLING
