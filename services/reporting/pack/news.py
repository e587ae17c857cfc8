"""Since your last meeting: what a board must know of what moved, before it takes its place in the pack."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.wording.cells import Cell, Tone
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.previous import PreviousPack


class Direction(StrEnum):
    """Whether something got worse or better; what only changed did neither."""

    WORSE = "Worse"
    CHANGED = "Changed"
    BETTER = "Better"


DIRECTIONS = {
    Direction.WORSE: Cell("Worse", tone=Tone.BAD),
    Direction.CHANGED: Cell("Changed", tone=Tone.NEUTRAL),
    Direction.BETTER: Cell("Better", tone=Tone.GOOD),
}


@dataclass(frozen=True, slots=True)
class News:
    """One thing that moved: what it is, how it moved, and why."""

    direction: Direction
    what: Cell
    change: str
    why: str = ""


Telling = Callable[[Briefing, PreviousPack], Iterable[News]]
"""Yields what a board must know of a capability's part, the most serious first."""
