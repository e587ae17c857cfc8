"""The partners and their membership."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from contracts.calendar import Period
from contracts.envelope import Recorded
from contracts.events.partners import PartnerAdmitted, PartnerKind, PartnerLeft
from contracts.register.applying import applies

if TYPE_CHECKING:
    from contracts.register import Register


@dataclass(slots=True)
class Partner:
    """A member organisation; ``left_on`` is the first day on which it is no longer a member."""

    code: str
    name: str
    kind: PartnerKind
    gss: str | None
    joined_on: date
    left_on: date | None = None

    def is_member_on(self, day: date) -> bool:
        """Say whether the organisation is a member on ``day``."""
        return self.joined_on <= day and (self.left_on is None or day < self.left_on)

    def is_member_during(self, period: Period) -> bool:
        """Say whether the organisation is a member on at least one day of ``period``."""
        first_day = max(self.joined_on, period.first_day)
        return first_day <= period.last_day and self.is_member_on(first_day)

    def is_member_throughout(self, period: Period) -> bool:
        """Say whether the organisation is a member on both the first and the last day of ``period``."""
        return self.is_member_on(period.first_day) and self.is_member_on(period.last_day)


@applies(PartnerAdmitted)
def admitted(register: Register, fact: PartnerAdmitted, event: Recorded) -> None:
    register.partners[fact.partner] = Partner(fact.partner, fact.name, fact.kind, fact.gss, fact.joined_on)
    register.touch(event.recorded_at, fact.partner)


@applies(PartnerLeft)
def left(register: Register, fact: PartnerLeft, event: Recorded) -> None:
    register.partners[fact.partner].left_on = fact.left_on
