"""What the address of a page may ask beside its path: an earlier instant, another quarter."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import Annotated

from fastapi import Query

from domain.calendar import Calendar
from services.runtime.base.problems import FieldFault, Problem

_DAY_ALONE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SPACE_FOR_PLUS = re.compile(r" (\d{2}:\d{2})$")
_EXAMPLE = "2014-10-03T17:00"

AsAt = Annotated[
    str,
    Query(
        max_length=40,
        description="Local date and time for which the figures hold, or a date, for its end; without it: now.",
        examples=[_EXAMPLE],
    ),
]
QuarterWanted = Annotated[
    str,
    Query(max_length=12, description="The quarter to count; without it: the last that ended.", examples=["2014-15 Q2"]),
]


def instant(wanted: str, calendar: Calendar) -> datetime:
    """Read a local date and time, one with its own offset, or a date, which stands for its end. Raises Problem 422."""
    try:
        read = datetime.fromisoformat(_SPACE_FOR_PLUS.sub(r"+\1", wanted) if "T" in wanted else wanted)
        if _DAY_ALONE.fullmatch(wanted):
            return calendar.instant(read.date(), time.max)
        if read.tzinfo is None:
            return calendar.instant(read.date(), read.time())
        return read.astimezone(UTC)
    except (ValueError, OverflowError):
        raise unfit("as_at", wanted, f"Give a date and time such as {_EXAMPLE}, or a date.") from None


def unfit(field: str, value: str, expected: str) -> Problem:
    """Return the problem of a question that cannot be answered; ``expected`` says what could be."""
    fault = FieldFault(field=field, place="query", problem=f"“{value}” cannot be used here.", expected=expected)
    return Problem(422, f"{fault.problem} {expected}", errors=[fault])
