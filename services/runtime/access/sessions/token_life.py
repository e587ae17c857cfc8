"""How long a token is good, of a person or of a system: to the end of a day that is no more than a year away."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from domain.wording.dates import plain_date

LONGEST = timedelta(days=366)
_DAY = timedelta(days=1)


class UnfitDay(ValueError):
    """A last day that no token has. The message says which days there are."""


def end_of(last_day: date, now: datetime) -> datetime:
    """Return when the last day of a token that is made now is over. Raises UnfitDay."""
    latest = (now + LONGEST).date() - _DAY
    if not now.date() <= last_day <= latest:
        raise UnfitDay(f"Enter a day from today to {plain_date(latest)}.")
    return datetime.combine(last_day, time(), UTC) + _DAY
