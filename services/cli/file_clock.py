"""The clock of a programme file: it stands while the file is played, and runs on once that is done."""

from __future__ import annotations

from datetime import datetime

from services.runtime.base.clock import Clock, SteppedClock, running_from


class FileClock:
    """A clock that somebody moves from instant to instant, until it is let run on in real time."""

    set_by_hand = True

    def __init__(self, start: datetime) -> None:
        self._stepped = SteppedClock(start)
        self._clock: Clock = self._stepped

    def now(self) -> datetime:
        return self._clock.now()

    def move_to(self, instant: datetime) -> None:
        """Move to ``instant``; where the clock is past it already, it stays."""
        self._stepped.move_to(max(instant, self.now()))

    def run_on(self) -> None:
        """Run on from the present instant in real time."""
        self._clock = running_from(self.now())
