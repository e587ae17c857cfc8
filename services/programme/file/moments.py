"""The moments at which a programme file's entries were recorded: local dates and times, as clocks showed them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from domain.calendar import is_timezone
from services.programme.core.fields import FIRST_YEAR, LAST_YEAR
from services.runtime.base.validation_messages import Unfit, quoted

START_OF_DAY = time(9, 0)
"""When, on the day it was formed, a partnership's first entries are recorded."""

_LOCAL = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_EXPECTED = "Write the local date and time, such as 2014-06-02T10:00."
DEFAULT_ZONE = "Europe/London"


def zone_of(timezone: str) -> ZoneInfo:
    """Return the time zone of this name; the default where there is none, which deciding will not let pass."""
    return ZoneInfo(timezone if is_timezone(timezone) else DEFAULT_ZONE)


def instant_of(written: str, zone: ZoneInfo) -> datetime:
    """Return the instant, in UTC, at which clocks in ``zone`` showed what is written; raises Unfit.

    It may carry its offset, and must where clocks showed it twice, as they went back over it.
    """
    if _LOCAL.fullmatch(written) is None:
        raise Unfit(f"{quoted(written)} is not a local date and time.", _EXPECTED)
    try:
        local = datetime.fromisoformat(written)
    except ValueError:
        raise Unfit(f"{quoted(written)} is not a moment of the calendar.", _EXPECTED) from None
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise Unfit(f"{quoted(written)} is too far away.", f"Give a moment of the years {FIRST_YEAR} to {LAST_YEAR}.")
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    instant = local.replace(tzinfo=zone).astimezone(UTC)
    shown = instant.astimezone(zone).replace(tzinfo=None)
    if shown != local:
        raise Unfit(
            f"{quoted(written)} was never shown by clocks in {zone.key}, which went forward over it.",
            f"Write the moment at which it was recorded, perhaps {shown:%Y-%m-%dT%H:%M}.",
        )
    second = local.replace(tzinfo=zone, fold=1)
    if second.astimezone(UTC) != instant:
        first = local.replace(tzinfo=zone).isoformat(timespec="minutes")
        raise Unfit(
            f"{quoted(written)} was shown twice by clocks in {zone.key}, which went back over it.",
            f"Write it with its offset: {first}, or {second.isoformat(timespec='minutes')} for the second time.",
        )
    return instant


def written(instant: datetime, zone: ZoneInfo) -> str:
    """Return how a file writes an instant, so that ``instant_of`` finds it again."""
    local = instant.astimezone(zone)
    spec = "microseconds" if local.microsecond else "seconds" if local.second else "minutes"
    text = local.replace(tzinfo=None).isoformat(timespec=spec)
    try:
        if instant_of(text, zone) == instant:
            return text
    except Unfit:
        pass
    return local.isoformat(timespec=spec)
