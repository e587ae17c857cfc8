"""How what happened to a meeting or a written procedure is told, wherever it is shown."""

from __future__ import annotations

from contracts.envelope import Recorded
from domain.register import Register
from services.programme.board.changes.telling import OF_A_MEETING, OF_A_PROCEDURE
from services.programme.pages.happened import Telling


def telling_of(register: Register, event: Recorded) -> Telling:
    """Return how an event is told, and put right."""
    return OF_A_MEETING if event.subject in register.meetings else OF_A_PROCEDURE
