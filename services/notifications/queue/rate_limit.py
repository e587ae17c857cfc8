"""How many e-mails may go out within a minute."""

from __future__ import annotations

import asyncio
from collections import deque

_MINUTE = 60.0


class RateLimit:
    """Lets at most ``per_minute`` begin within any sixty seconds; a burst up to that goes at once."""

    def __init__(self, per_minute: int) -> None:
        self._begun: deque[float] = deque(maxlen=per_minute)

    async def room(self) -> None:
        """Return when another may begin."""
        ahead = self._begun[0] + _MINUTE - self._now() if len(self._begun) == self._begun.maxlen else 0.0
        if ahead > 0:
            await asyncio.sleep(ahead)

    def count(self) -> None:
        """Say that one has begun."""
        self._begun.append(self._now())

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
