"""From where a return is looked at: whose it is, for which quarter, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from domain.calendar import Period
from domain.figures.compliance import Compliance
from domain.register import Register
from domain.register.partners import Partner

MOST_IN_A_SERIES = 20


@dataclass(frozen=True)
class Viewpoint:
    """A partner's return for a quarter at an instant; ``chosen`` are the options chosen so far, by key of line.

    Valid while the register stays as it is.
    """

    register: Register
    partner: Partner
    quarter: Period
    now: datetime
    chosen: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def today(self) -> date:
        """The local date."""
        return self.register.calendar.local_date(self.now)

    @cached_property
    def compliance(self) -> Compliance:
        """Every obligation as it stands now."""
        return Compliance(self.register, self.now)

    @property
    def previous(self) -> Period:
        """The quarter before."""
        return self.register.calendar.quarter_before(self.quarter)

    def latest_day_in(self, period: Period) -> date:
        """Return the last day of ``period``, or today where that is still to come: what is reported has happened."""
        return min(period.last_day, self.today)

    def series(self, key: str, more: str) -> list[str]:
        """Return the keys of lines of which each that is answered ``more`` asks for one more."""
        keys = [key]
        while self.chosen.get(keys[-1]) == more and len(keys) < MOST_IN_A_SERIES:
            keys.append(f"{key}-{len(keys) + 1}")
        return keys
