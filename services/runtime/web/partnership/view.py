"""What every page and JSON answer about a partnership is read from: its register and the instant of its figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from contracts.references import full
from domain.calendar import Calendar, Period
from domain.figures.overview import Figures, figures
from domain.register import Register
from domain.register.kinds import Kind
from services.runtime.base.problems import Problem
from services.runtime.web.partnership.questions import unfit

Thing = TypeVar("Thing")

_QUARTERS_KEPT = 4


@dataclass(frozen=True, slots=True)
class View:
    """One view at a partnership: ``register`` holds what was recorded by ``at``. Valid only while it is looked at."""

    register: Register
    at: datetime
    is_live: bool
    made: dict[str, Figures] = field(default_factory=dict)
    """The figures that have been made for such a view, by quarter."""

    @property
    def code(self) -> str:
        """The partnership's code."""
        return self.register.code

    @property
    def name(self) -> str:
        """The partnership's name on the day."""
        return self.register.partnership.name_on(self.calendar.local_date(self.at))

    @property
    def vision(self) -> str:
        """The partnership's vision on the day."""
        return self.register.partnership.vision_on(self.calendar.local_date(self.at))

    @property
    def calendar(self) -> Calendar:
        """The partnership's calendar."""
        return self.register.calendar

    @property
    def version_tag(self) -> str:
        """What tells this view from any other: the last event, and the minute where time alone changes figures."""
        version = str(self.register.position.version)
        return f"{version}-{self.at:%Y%m%dT%H%M}" if self.is_live else version

    @property
    def quarters(self) -> list[Period]:
        """The quarters there are figures for, from the one in which the partnership was formed to the present one."""
        first, today = self.register.partnership.formed_on, self.calendar.local_date(self.at)
        return list(self.calendar.quarters_between(min(first, today), today))

    def quarter(self, label: str = "") -> Period:
        """Return the quarter that is asked for, by default the last that ended. Raises Problem 422 for any other."""
        ended = self.calendar.last_ended_quarter(self.calendar.local_date(self.at))
        if not label:
            return ended
        found = next((each for each in [*self.quarters, ended] if each.label == label), None)
        if found is None:
            offered = self.quarters
            raise unfit("quarter", label, f"Give one from {offered[0].label} to {offered[-1].label}.")
        return found

    def figures(self, quarter: Period | None = None) -> Figures:
        """Return the figures for a quarter, by default the last that ended."""
        wanted = quarter or self.quarter()
        if wanted.label not in self.made:
            if len(self.made) >= _QUARTERS_KEPT:
                self.made.clear()
            self.made[wanted.label] = figures(self.register, wanted, self.at)
        return self.made[wanted.label]

    def find(self, kind: Kind[Thing], reference: str) -> Thing:
        """Return the object of a kind by its reference, with or without the partnership's code. Raises Problem 404."""
        things = kind.of(self.register)
        found = things.get(full(self.code, reference) if kind.letter else reference)
        if found is None:
            known = sorted(things)
            there_are = f"There are: {', '.join(known)}." if known else "It has none yet."
            raise Problem(404, f"There is no {kind.name} {reference} in {self.code}. {there_are}", known=known)
        return found
