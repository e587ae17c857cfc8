"""What was put right or changed by hand since it was entered: the old value stays in the history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from contracts.envelope import Recorded

if TYPE_CHECKING:
    from domain.register import Register

Value = str | date | tuple[str, ...] | None
"""A text, a date, references or codes; None where there was, or is, nothing."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """One thing about ``subject`` that is not what it was: ``what`` says which, in the singular and in lower case.

    ``since`` is the day from which the present value holds, where one was named.
    """

    subject: str
    what: str
    was: Value
    now: Value
    reason: str | None
    recorded_at: datetime
    since: date | None = None


def note(
    register: Register,
    event: Recorded,
    subject: str,
    reason: str | None,
    changes: Mapping[str, tuple[Value, Value]],
    since: date | None = None,
) -> None:
    """Keep what changed about ``subject``: by what it is, the value before and the one now."""
    for what, (was, now) in changes.items():
        if was != now:
            amendment = Amendment(subject, what, was, now, reason, event.recorded_at, since)
            register.amendments.append(amendment)
