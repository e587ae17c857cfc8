"""No caller takes more than their share of what is expensive: workbooks, previews, files, calendars, earlier instants.

Each process counts for itself. The deployment's own token is not counted: its software sets up whole partnerships.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from math import ceil

from starlette.datastructures import QueryParams
from starlette.types import Scope

from services.runtime.access.identity import API_TOKEN, SESSION
from services.runtime.base.problems import Problem

_MINUTE = 60.0
_MOST_CALLERS = 10_000
_EXPENSIVE = re.compile(r".*(\.xlsx|/everything\.json|/calendar\.ics|/export/file|/preview/[^/]+|/preview|/upload)")


class CallerLimits:
    """Refuses with 429 and ``Retry-After`` who asked for ``per_minute`` expensive things within the last minute."""

    def __init__(self, per_minute: int, ticks: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._ticks = ticks
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    def refusal(self, scope: Scope) -> Problem | None:
        """Count a request in. Return what it is refused with, None where it is let through."""
        caller = _caller_in(scope)
        if caller is None or not _is_expensive(scope):
            return None
        now = self._ticks()
        asked = self._asked_by(caller)
        wait = asked[0] + _MINUTE - now if len(asked) == self._per_minute else 0.0
        if wait > 0:
            return Problem(
                429,
                f"You asked for more than {self._per_minute} workbooks, previews, exports, files, calendars or"
                " earlier instants within a minute. Wait a moment.",
                slug="too-many-requests",
                headers={"Retry-After": str(ceil(wait))},
            )
        asked.append(now)
        return None

    def _asked_by(self, caller: str) -> deque[float]:
        asked = self._asked.setdefault(caller, deque(maxlen=self._per_minute))
        self._asked.move_to_end(caller)
        while len(self._asked) > _MOST_CALLERS:
            self._asked.popitem(last=False)
        return asked


def _caller_in(scope: Scope) -> str | None:
    """Return the id of the session or token that a request shows; None for nobody, and for the deployment's token."""
    shown = scope.get(API_TOKEN) or scope.get(SESSION)
    return None if shown is None else str(shown.id)


def _is_expensive(scope: Scope) -> bool:
    if _EXPENSIVE.fullmatch(scope["path"]):
        return True
    return b"as_at" in scope["query_string"] and bool(QueryParams(scope["query_string"]).get("as_at"))
