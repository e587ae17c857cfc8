"""One object for all equal values: a long history names the same days and amounts again and again.

So a register takes less memory, and a snapshot of it is read in less time.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache


@lru_cache(maxsize=8192)
def shared_day(day: date) -> date:
    """Return the one object for this day."""
    return day


def shared_amount(amount: Decimal) -> Decimal:
    """Return the one object for this amount, with as many decimal places as it has."""
    return _amount(str(amount))


@lru_cache(maxsize=8192)
def _amount(text: str) -> Decimal:
    return Decimal(text)
