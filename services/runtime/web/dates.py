"""Dates as people write them: written for them in pages, and read from what they type."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

from domain.wording.dates import DAYS, MONTHS, plain_date
from services.runtime.base.validation_messages import Unfit, quoted

HOME_ZONE = "Europe/London"
"""The zone of times on pages that are about no partnership."""
_YEARS = range(1900, 2200)
_CENTURY = 2000
_LONGEST = 60
_RIGHT = "Give a date such as 2 October 2015 or 2/10/2015."

_WEEKDAY = r"(?:(?P<weekday>[a-z]{3,9})\.?,?\s+)?"
_NUMBER = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NAME = r"(?P<month>[a-z]{3,9})\.?"
_YEAR = r"(?P<year>\d{4}|'?\d{2})"
_FORMS = tuple(
    re.compile(form, re.ASCII | re.IGNORECASE)
    for form in (
        rf"(?P<day>\d{{1,2}})\s*[/.\-\s]\s*(?P<month>\d{{1,2}})\s*[/.\-\s]\s*{_YEAR}",
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        rf"{_WEEKDAY}{_NUMBER}(?:\s+of\s+|[\s\-/.,]*){_NAME}[\s\-/.,]*{_YEAR}",
        rf"{_WEEKDAY}{_NAME}\s+{_NUMBER},?\s+{_YEAR}",
    )
)
_WITHOUT_YEAR = tuple(
    re.compile(form, re.ASCII | re.IGNORECASE)
    for form in (r"\d{1,2}\s*[/.\-\s]\s*\d{1,2}", rf"{_WEEKDAY}{_NUMBER}(?:\s+of)?\s*{_NAME}")
)


def weekday(on: date, now: date | None = None) -> str:
    """Write a date that somebody has to keep: ``Friday 2 October``, with its year unless ``now`` is in the same."""
    written = f"{DAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]}"
    return written if now is not None and now.year == on.year else f"{written} {on.year}"


def moment(instant: datetime, zone: str = HOME_ZONE) -> str:
    """Write an instant exactly, in local time: ``3 October 2014, 17:00 BST``."""
    local = _local(instant, zone)
    return f"{plain_date(local)}, {local:%H:%M %Z}"


def appointment(instant: datetime, zone: str, now: datetime | None = None) -> str:
    """Write an instant that somebody has to keep, in local time: ``Friday 2 October, 17:00``; the year as above."""
    local = _local(instant, zone)
    return f"{weekday(local, None if now is None else _local(now, zone))}, {local:%H:%M}"


def parse_date(text: str) -> date:
    """Read a date in British order: ``2/10/15``, ``2 Oct 2015``, ``Friday 2nd October 2015``, ``2015-10-02``.

    Two digits of a year are of 2000 to 2099. Raises Unfit, in words for the person who typed it.
    """
    written = " ".join(text.split())[:_LONGEST]
    if not written:
        raise Unfit("There is no date.", _RIGHT)
    subject = quoted(written)
    found = next((match for form in _FORMS if (match := form.fullmatch(written))), None)
    if found is None:
        if any(form.fullmatch(written) for form in _WITHOUT_YEAR):
            raise Unfit(f"{subject} has no year.", "Add the year, as in 2 October 2015.")
        raise Unfit(f"{subject} is not a date.", _RIGHT)
    parts = found.groupdict()
    year = _year(parts["year"])
    if year not in _YEARS:
        raise Unfit(f"{subject} is in the year {year}.", f"Give a year from {_YEARS[0]} to {_YEARS[-1]}.")
    read = _date(subject, year, _month(subject, parts["month"]), int(parts["day"]))
    _check_weekday(subject, parts.get("weekday"), read)
    return read


def _validated(value: object) -> object:
    return parse_date(value) if isinstance(value, str) else value


WrittenDate = Annotated[date, BeforeValidator(_validated)]
"""A date in the model of a form: ``parse_date`` reads it."""


def _local(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone) if zone else UTC)


def _year(written: str) -> int:
    digits = written.removeprefix("'")
    return int(digits) + (_CENTURY if len(digits) == 2 else 0)


def _month(subject: str, written: str) -> int:
    if not written.isdecimal():
        return _named(subject, written, MONTHS, "month") + 1
    if not 1 <= int(written) <= len(MONTHS):
        right = "Give the day first, then the month, as in 2/10/2015."
        raise Unfit(f"{subject} is not a date: there is no month {int(written)}.", right)
    return int(written)


def _date(subject: str, year: int, month: int, number: int) -> date:
    try:
        return date(year, month, number)
    except ValueError:
        raise Unfit(f"{subject} is not a date: {MONTHS[month - 1]} {year} has no day {number}.", _RIGHT) from None


def _check_weekday(subject: str, written: str | None, read: date) -> None:
    if written and _named(subject, written, DAYS, "day of the week") != read.weekday():
        raise Unfit(f"{subject} does not fit together: {plain_date(read)} is a {DAYS[read.weekday()]}.", _RIGHT)


def _named(subject: str, written: str, names: tuple[str, ...], kind: str) -> int:
    """Return the place of the name that ``written`` begins; three letters tell each of them."""
    fitting = [place for place, name in enumerate(names) if name.lower().startswith(written.lower())]
    if not fitting:
        raise Unfit(f"{subject} is not a date: “{written}” is no {kind}.", _RIGHT)
    return fitting[0]
