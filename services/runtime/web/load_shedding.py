"""No more requests at a time than can be answered in good time; whoever comes on top of them is told to come again.

Without a limit a service that is asked for more than it can do takes everything on and answers all of it too late.
"""

from __future__ import annotations

from math import inf

from starlette.types import Scope

from services.runtime.base.precedence import Precedence
from services.runtime.base.problems import Problem

_READING = ("GET", "HEAD", "OPTIONS")
_ALWAYS_LET_IN = ("/health/", "/metrics")
_COME_AGAIN_SECONDS = 2


class RequestLoad:
    """How many requests are being answered, and among them how many commands.

    A request that waits for its own caller, to send the rest of it or to read the answer, is not being answered
    meanwhile: a few hundred callers who do neither would keep everybody else out.
    """

    def __init__(self, limit: float, precedence: Precedence) -> None:
        self.present = 0
        self._limit = limit
        self._precedence = precedence

    def begin(self, scope: Scope) -> None:
        """Count a request in."""
        self.present += 1
        if scope["method"] not in _READING:
            self._precedence.count_commands(+1)

    def end(self, scope: Scope) -> None:
        """Count a request out."""
        self.present -= 1
        if scope["method"] not in _READING:
            self._precedence.count_commands(-1)

    def refusal(self) -> Problem | None:
        """Return what the request that came last is refused with, None where there is room for it."""
        if self.present <= self._limit:
            return None
        return Problem(
            503,
            "The service is busy. Try again in a moment.",
            slug="overloaded",
            headers={"Retry-After": str(_COME_AGAIN_SECONDS)},
        )


class LoadShedding:
    """Refuses with 503 and ``Retry-After`` where ``limit`` requests are being answered already.

    Questions after the service's own health are not counted: an overloaded service is not to be restarted.
    """

    def __init__(self, limit: int, precedence: Precedence) -> None:
        self._limited = RequestLoad(limit, precedence)
        self._unlimited = RequestLoad(inf, precedence)

    def load_of(self, scope: Scope) -> RequestLoad:
        """Return what a request counts among."""
        return self._unlimited if scope["path"].startswith(_ALWAYS_LET_IN) else self._limited
