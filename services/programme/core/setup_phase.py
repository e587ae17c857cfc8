"""What can be entered only while a partnership is set up: afterwards it takes a decision of the board."""

from __future__ import annotations

from domain.register import Register
from domain.register.board import MeetingState
from services.programme.core.decider import Refused

_NOT_YET_HELD = frozenset({MeetingState.SCHEDULED, MeetingState.CANCELLED})


def must_be_under_way(register: Register, instead: str) -> None:
    """Raise Refused, saying what to do ``instead``, once the board has met for the first time."""
    held = [each.reference for each in register.meetings.values() if each.state not in _NOT_YET_HELD]
    if held:
        raise Refused("", f"the board has met since the partnership was set up ({held[0]}); {instead}")
