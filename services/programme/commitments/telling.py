"""How what happened to a commitment is told, wherever it is shown."""

from __future__ import annotations

from contracts.envelope import Recorded
from domain.register import Register
from services.programme.commitments.changes import TELLING
from services.programme.pages.happened import Telling


def telling_of(register: Register, event: Recorded) -> Telling:
    """Return how an event is told, and put right."""
    return TELLING
