"""Python imports this by itself where its folder is on the path: the whole process then lives nine years from now."""

from __future__ import annotations

import datetime as dt
import time

REAL = dt.datetime
AHEAD = dt.timedelta(days=9 * 365.25)
REAL_TIME = time.time


class _Kind(type(REAL)):  # type: ignore[misc]
    """Makes every real moment one of ours, wherever it was made."""

    def __instancecheck__(cls, thing: object) -> bool:
        return isinstance(thing, REAL)

    def __subclasscheck__(cls, kind: type) -> bool:
        return issubclass(kind, REAL)


class Later(REAL, metaclass=_Kind):
    """``datetime.datetime`` with another present."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
        return REAL.now(tz) + AHEAD

    @classmethod
    def today(cls) -> dt.datetime:  # type: ignore[override]
        return REAL.now() + AHEAD


dt.datetime = Later  # type: ignore[misc]
time.time = lambda: REAL_TIME() + AHEAD.total_seconds()
