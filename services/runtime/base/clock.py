"""Where the present instant comes from. No service reads the machine's clock for a date by itself."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SteppedClock:
    """A clock that stands still until it is moved, for programme files and the demonstration."""

    set_by_hand = True

    def __init__(self, start: datetime) -> None:
        self._instant = _in_utc(start)

    def now(self) -> datetime:
        return self._instant

    def move_to(self, instant: datetime) -> None:
        """Move to ``instant``. Raises ValueError where that lies before the present one: a log never goes back."""
        later = _in_utc(instant)
        if later < self._instant:
            raise ValueError(f"the clock reads {self._instant.isoformat()} and cannot go back to {later.isoformat()}")
        self._instant = later


class RunningClock:
    """A clock that was set to an instant and has run on in real time since."""

    set_by_hand = True

    def __init__(self, start: datetime) -> None:
        self._start = _in_utc(start)
        self._set_at = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._set_at)


def running_from(instant: datetime) -> RunningClock:
    """Return a clock that reads ``instant`` now and ticks on from there."""
    return RunningClock(instant)


def _in_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone; an instant needs one, such as +00:00")
    return instant.astimezone(UTC)
