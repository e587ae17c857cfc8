"""What every page and JSON answer is read from: a partnership's register and the instant for which its figures hold.

The live register at the present instant, or, with ``as_at``, what was recorded by an earlier one.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from threading import Lock
from typing import Annotated, TypeVar

from fastapi import Query

from contracts.envelope import Position
from domain.calendar import Calendar, Period
from domain.figures.overview import Figures, figures
from domain.register import Register
from services.reporting import journal
from services.reporting.editions import Issued
from services.reporting.packs import PackMaker
from services.reporting.pages.freshness import Freshness, minute_of
from services.reporting.registers import NoSuchPartnership, Registers
from services.runtime.base.clock import Clock
from services.runtime.base.problems import FieldFault, Problem
from services.runtime.store.database import Database

T = TypeVar("T")

_PARTNERSHIPS_KEPT = 8
_QUARTERS_KEPT = 4
_DAY_ALONE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SPACE_FOR_PLUS = re.compile(r" (\d{2}:\d{2})$")
_EXAMPLE = "2014-10-03T17:00"

AsAt = Annotated[
    str,
    Query(
        max_length=40,
        description="Local date and time for which the figures hold, or a date, for its end; without it: now.",
        examples=[_EXAMPLE],
    ),
]
QuarterWanted = Annotated[
    str,
    Query(max_length=12, description="The quarter to count; without it: the last that ended.", examples=["2014-15 Q2"]),
]


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
            raise _unfit("quarter", label, f"Give one from {offered[0].label} to {offered[-1].label}.")
        return found

    def figures(self, quarter: Period | None = None) -> Figures:
        """Return the figures for a quarter, by default the last that ended."""
        wanted = quarter or self.quarter()
        if wanted.label not in self.made:
            if len(self.made) >= _QUARTERS_KEPT:
                self.made.clear()
            self.made[wanted.label] = figures(self.register, wanted, self.at)
        return self.made[wanted.label]


class Queries:
    """Answers questions about partnerships, from any thread."""

    def __init__(
        self, database: Database, registers: Registers, packs: PackMaker, clock: Clock, freshness: Freshness
    ) -> None:
        self.database = database
        self.packs = packs
        self._registers = registers
        self._clock = clock
        self._freshness = freshness
        self._figures = _FiguresOfNow()

    def partnerships(self) -> list[str]:
        """Return the codes of all partnerships, in order."""
        return self.database.read_sync(journal.partnerships)

    def formed_partnerships(self) -> list[str]:
        """Return the codes of the partnerships that have been formed, in order."""
        return [code for code in self.partnerships() if self._is_formed(code)]

    def came_too_late(self, issued: Issued) -> int:
        """Return how many events recorded by an edition's cut-off reached reporting only after it had been made."""
        by_now = self.database.read_sync(
            lambda connection: journal.version_at(connection, issued.partnership, issued.taken_in_at)
        )
        return max(0, by_now - issued.version)

    def view(self, partnership: str, question: Callable[[View], T], as_at: str = "") -> T:
        """Return what ``question`` finds. Raises Problem 404 for an unknown partnership, 422 for an unfit ``as_at``."""
        now = self._clock.now()

        def live(register: Register) -> T:
            at = max(now, register.recorded_at or now)
            return question(View(register, at, is_live=True, made=self._figures.of(register, at)))

        try:
            if not as_at:
                return self._registers.view(partnership, live)
            calendar, formed_at = self._registers.view(
                partnership, lambda register: (register.calendar, register.partnership.formed_on)
            )
        except NoSuchPartnership:
            raise _no_such_partnership(partnership, self.partnerships()) from None
        instant = _instant(as_at, calendar)
        if instant > now:
            raise _unfit("as_at", as_at, "It lies in the future; give an instant that has passed, or leave it out.")
        register = self._registers.at(partnership, instant)
        if register.formed is None:
            raise _unfit(
                "as_at", as_at, f"Nothing had been recorded of {partnership} by then; it was formed on {formed_at}."
            )
        return question(View(register, instant, is_live=False))

    def watch(self, partnership: str, as_at: str = "") -> Callable[[], bool]:
        """Return what says whether all that is read of a partnership from now on still holds."""
        return self._freshness.watch(partnership, is_live=not as_at)

    def _is_formed(self, partnership: str) -> bool:
        try:
            return self._registers.view(partnership, lambda register: True)
        except NoSuchPartnership:
            return False


class _FiguresOfNow:
    """The figures of live registers, made once for each event and each minute, for the partnerships last looked at."""

    def __init__(self) -> None:
        self._made: OrderedDict[str, tuple[tuple[Position, int], dict[str, Figures]]] = OrderedDict()
        self._lock = Lock()

    def of(self, register: Register, at: datetime) -> dict[str, Figures]:
        """Return those of a register at an instant, by quarter; the caller holds the register, and adds to them."""
        basis = register.position, minute_of(at)
        with self._lock:
            known = self._made.get(register.code)
            if known is None or known[0] != basis:
                known = self._made[register.code] = basis, {}
            self._made.move_to_end(register.code)
            while len(self._made) > _PARTNERSHIPS_KEPT:
                self._made.popitem(last=False)
            return known[1]


def _instant(wanted: str, calendar: Calendar) -> datetime:
    """Read a local date and time, one with its own offset, or a date, which stands for its end."""
    try:
        read = datetime.fromisoformat(_SPACE_FOR_PLUS.sub(r"+\1", wanted) if "T" in wanted else wanted)
        if _DAY_ALONE.fullmatch(wanted):
            return calendar.instant(read.date(), time.max)
        if read.tzinfo is None:
            return calendar.instant(read.date(), read.time())
        return read.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _unfit("as_at", wanted, f"Give a date and time such as {_EXAMPLE}, or a date.") from None


def _unfit(field: str, value: str, expected: str) -> Problem:
    fault = FieldFault(field=field, place="query", problem=f"“{value}” cannot be used here.", expected=expected)
    return Problem(422, f"{fault.problem} {expected}", errors=[fault])


def _no_such_partnership(code: str, known: list[str]) -> Problem:
    there_are = f"There are: {', '.join(known)}." if known else "There is none yet."
    return Problem(404, f"There is no partnership {code}. {there_are}", known=known)
