"""Doing again what failed for a while: after pauses that double up to a longest one, and told of once.

Whatever is retried here ends at once where its task is cancelled, between two tries and within one.
"""

from __future__ import annotations

from asyncio import sleep
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Never, TypeVar

from services.runtime.base.trouble import Trouble

T = TypeVar("T")

_MOST_DOUBLINGS = 30


@dataclass(frozen=True, slots=True)
class Backoff:
    """The pauses between tries, in seconds: each twice the one before, from ``first`` up to ``longest``."""

    first: float
    longest: float

    def pause(self, failures: int) -> float:
        """Return the pause after so many failures in a row, at least one."""
        return min(self.first * 2.0 ** min(failures - 1, _MOST_DOUBLINGS), self.longest)


def steadily(seconds: float) -> Backoff:
    """Return a backoff that never grows."""
    return Backoff(seconds, seconds)


async def retry(work: Callable[[], Awaitable[T]], backoff: Backoff, failed: Callable[[Exception], None]) -> T:
    """Return what ``work`` returns, the first time that it does not raise.

    ``failed`` hears of each failure; what it raises itself ends the retrying. After work that went well for longer than
    the longest pause, the pauses begin with the first one again.
    """
    failures = 0
    while True:
        began = monotonic()
        try:
            return await work()
        except Exception as reason:  # noqa: BLE001 - it is for ``failed`` to say what is not worth another try
            failures = 1 if monotonic() - began > backoff.longest else failures + 1
            failed(reason)
        await sleep(backoff.pause(failures))


async def keep_doing(
    work: Callable[[], Awaitable[None]], trouble: Trouble, backoff: Backoff, *, every: float = 0.0
) -> Never:
    """Do ``work`` again and again, ``every`` so many seconds, until cancelled; ``trouble`` tells of what it raises."""
    while True:
        await retry(work, backoff, trouble.met)
        trouble.over()
        await sleep(every)
