"""What was put right or changed by hand since it was entered: the old value stays in the history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from contracts.envelope import Recorded

if TYPE_CHECKING:
    from contracts.register import Register

Value = str | date | tuple[str, ...] | None
"""A text, a date, references or codes; None where there was, or is, nothing."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """One thing about ``subject`` that is not what it was: ``what`` says which, in the singular and in lower case."""

    subject: str
    what: str
    was: Value
    now: Value
    reason: str | None
    recorded_at: datetime


def note(register: Register, event: Recorded, subject: str, reason: str | None, **changes: tuple[Value, Value]) -> None:
    """Keep what changed about ``subject``: by what it is, the value before and the one now."""
    for what, (was, now) in changes.items():
        if was != now:
            amendment = Amendment(subject, what.replace("_", " "), was, now, reason, event.recorded_at)
            register.amendments.append(amendment)
