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


@dataclass(frozen=True, slots=True)
class PartnerReturn:
    """One return that is owed: when it was first submitted, and whether it is late, or was when it came."""

    partner: str
    submitted_at: datetime | None
    is_late: bool


def partner_returns(register: Register, collection: ReturnCollection, at: datetime) -> list[PartnerReturn]:
    """Return how each return that is expected stands at an instant, in the order of the partners' codes."""
    return [_partner_return(register, collection, code, at) for code in collection.expected]


def _partner_return(register: Register, collection: ReturnCollection, code: str, at: datetime) -> PartnerReturn:
    submissions = register.returns.submissions.get((code, collection.quarter.label))
    submitted_at = submissions[0].recorded_at if submissions else None
    return PartnerReturn(code, submitted_at, (submitted_at or at) > collection.deadline)
