"""How the collection of a quarter's returns stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.calendar import Period
from domain.figures.timetable import expected_partners, not_submitted
from domain.register import Register
from domain.register.papers import return_deadline


@dataclass(frozen=True, slots=True)
class ReturnCollection:
    """The returns of one quarter: who owes one, by when, and who has not submitted it."""

    quarter: Period
    deadline: datetime
    expected: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def submitted(self) -> int:
        """How many are in."""
        return len(self.expected) - len(self.missing)


def return_collection(register: Register, at: datetime, quarter: Period) -> ReturnCollection:
    """Return how the collection of a quarter's returns stands."""
    expected = expected_partners(register, quarter)
    return ReturnCollection(
        quarter=quarter,
        deadline=return_deadline(register, quarter, at),
        expected=tuple(expected),
        missing=tuple(not_submitted(register, quarter, expected)),
    )
