"""How counts, days and rates are written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from domain.figures.compliance import Counts
from domain.wording.dates import NOTHING


def count(number: int, one: str, many: str | None = None) -> str:
    """``1 day``, ``2 days``, ``no days``."""
    return f"{number or 'no'} {one if number == 1 else many or one + 's'}"


def days(number: int) -> str:
    """``1 day``, ``0 days``."""
    return f"{number} {'day' if number == 1 else 'days'}"


def how_soon(due: date, today: date) -> str:
    """``in 14 days``, ``today``, ``3 days ago``."""
    apart = (due - today).days
    if apart == 0:
        return "today"
    if apart == 1:
        return "tomorrow"
    return f"in {days(apart)}" if apart > 0 else f"{days(-apart)} ago"


def slip(number: int | None) -> str:
    """``+42 days``, ``−3 days``, ``none``; a dash without a baseline."""
    if number is None:
        return NOTHING
    if number == 0:
        return "none"
    return f"{'+' if number > 0 else '−'}{abs(number)}\u00a0{'day' if abs(number) == 1 else 'days'}"


def quantity(number: Decimal) -> str:
    """``4.50``; thousands are parted by a comma."""
    return f"{number:,.2f}"


def rate(counts: Counts) -> str:
    """``64 of 99 (65 %)``: never a rate without its counts, and ``none due`` without a divisor."""
    return "none due" if counts.rate is None else f"{counts.fulfilled} of {counts.due} ({per_cent(counts.rate)})"


def per_cent(number: int) -> str:
    """``65 %``, which does not break over a line."""
    return f"{number}\u00a0%"


def reforecasts(number: int) -> str:
    """``re-forecast 3 times``, said from the second time on."""
    return f"re-forecast {number} times" if number >= 2 else ""


def moved(number: int) -> str:
    """``moved once``, ``moved 3 times``; nothing where it was never moved."""
    return "" if not number else "moved once" if number == 1 else f"moved {number} times"


def silence(number: int | None) -> str:
    """``silent for 95 days``; nothing where there is no silence."""
    return "" if number is None else f"silent for {days(number)}"
