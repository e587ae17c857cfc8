"""How what happened to a partner is told, wherever it is shown."""

from __future__ import annotations

from contracts.envelope import Recorded
from domain.register import Register
from services.programme.pages.happened import Telling
from services.programme.partners.changes import TELLING


def telling_of(register: Register, event: Recorded) -> Telling:
    """Return how an event is told, and put right."""
    return TELLING
