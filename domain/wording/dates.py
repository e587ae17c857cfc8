"""How days and instants are written: the same on every machine, whatever its locale."""

from __future__ import annotations

import re
from datetime import date, datetime

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ISO = re.compile(r"(?<![\w-])(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2}))?(?![\w:+-])", re.ASCII)
NOTHING = "–"
"""What stands where there is nothing."""


def long_date(day: date) -> str:
    """``Thursday 16 October 2014``."""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def plain_date(day: date) -> str:
    """``16 October 2014``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_date(day: date | None) -> str:
    """``16 Oct 2014``; a dash where there is none."""
    return NOTHING if day is None else f"{day.day}\u00a0{MONTHS[day.month - 1][:3]}\u00a0{day.year}"


def instant(local: datetime) -> str:
    """``Friday 3 October 2014, 17:00``, from a local date and time."""
    return f"{long_date(local.date())}, {local:%H:%M}"


def with_dates_in_words(text: str) -> str:
    """Return a text with its ISO dates as people write them: ``2 October 2015``, with a time ``2 October 2015, 17:00``.

    What looks like a date and is none stays as it is.
    """
    return _ISO.sub(_in_words, text)


def _in_words(found: re.Match[str]) -> str:
    year, month, day, clock = found.groups()
    try:
        written = plain_date(date(int(year), int(month), int(day)))
    except ValueError:
        return found[0]
    return written if clock is None else f"{written}, {clock}"
