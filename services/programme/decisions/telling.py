"""How what happened to a decision or an action is told, wherever it is shown."""

from __future__ import annotations

from contracts.envelope import Recorded
from domain.register import Register
from services.programme.decisions.changes import of_actions, of_decisions
from services.programme.pages.happened import Telling


def telling_of(register: Register, event: Recorded) -> Telling:
    """Return how an event is told, and put right."""
    return of_actions.TELLING if event.subject in register.actions else of_decisions.TELLING
