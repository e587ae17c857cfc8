"""Commands go first: what making answers takes of a process's time is taken from what commands leave.

The threads of a process share one interpreter, so whatever reading takes, commands go without, and no lock has to be
held for that. Each making is a debt. It is repaid once commands have had ``_SHARE`` times as long, or have left as
long unused, or have come to a lull; the next making waits for that.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

_SHARE = 9
_LONGEST_TURNAROUND_SECONDS = 0.05
_LULL_SECONDS = 0.01
_LONGEST_WAIT_SECONDS = 2.0
_SAME_SPELL_SECONDS = 0.001
_SHORTEST_SLEEP_SECONDS = 0.002
_LONGEST_SLEEP_SECONDS = 0.05  # so that a lull is seen


class Precedence:
    """How many commands are in hand, and what reading owes them. Used from one event loop alone; times in seconds.

    When the last command has been answered, those who wait for it to send the next are gone for a moment. A gap as long
    as the spell of commands before it is such a turnaround, and leaves nothing unused.
    """

    def __init__(
        self, now: Callable[[], float] = time.monotonic, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._in_hand = 0
        self._since = self._spell_since = now()
        """Since when there has been a command in hand, or none; since when, but for moments, there has been one."""
        self._turnaround = 0.0
        self._left_before = 0.0
        self._owed_until = 0.0

    def count_commands(self, number: int) -> None:
        """Have so many commands more in hand, or less."""
        were_none = self._in_hand == 0
        self._in_hand += number
        if were_none != (self._in_hand == 0):
            self._left_before = self._left(in_hand=not were_none)
            now = self._now()
            if not were_none:
                self._turnaround = min(now - self._spell_since, _LONGEST_TURNAROUND_SECONDS)
            elif now - self._since > _SAME_SPELL_SECONDS:
                self._spell_since = now
            self._since = now

    def owe(self, seconds: float) -> None:
        """Note that reading took so long."""
        self._owed_until = max(self._owed_until, self._left(in_hand=self._in_hand > 0)) + seconds

    async def repaid(self) -> None:
        """Wait until nothing is owed, but no longer than people would: then reading goes on all the same."""
        deadline = self._now() + _LONGEST_WAIT_SECONDS
        while self._now() < deadline and (seconds := self._still_owed()) > 0:
            await self._sleep(min(max(seconds, _SHORTEST_SLEEP_SECONDS), _LONGEST_SLEEP_SECONDS))

    def _still_owed(self) -> float:
        if self._in_hand == 0 and self._now() - self._since >= self._turnaround + _LULL_SECONDS:
            return 0.0
        return self._owed_until - self._left(in_hand=self._in_hand > 0)

    def _left(self, *, in_hand: bool) -> float:
        """Return how much time commands have left to reading since the beginning."""
        passed = self._now() - self._since
        taken = passed if in_hand else min(passed, self._turnaround)
        return self._left_before + taken / _SHARE + (passed - taken)
