"""Views at partnerships: as at now, or as at an earlier instant that the address names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from domain.figures.overview import Figures
from domain.register import Register
from domain.wording.dates import plain_date
from services.runtime.base.clock import Clock
from services.runtime.base.problems import Problem
from services.runtime.web.partnership.questions import instant, unfit
from services.runtime.web.partnership.recent import Recent
from services.runtime.web.partnership.view import View

T = TypeVar("T")


class NoSuchPartnership(Exception):
    """No partnership of this code has been formed."""


class Registers(Protocol):
    """Where a service has its registers. All methods may be called from any thread."""

    def partnerships(self) -> Sequence[str]:
        """Return the codes of all partnerships, in order."""
        ...

    def view(self, partnership: str, question: Callable[[Register], T]) -> T:
        """Return what ``question`` finds in the register as it is now. Raises NoSuchPartnership.

        ``question`` neither changes the register nor keeps hold of it.
        """
        ...

    def at(self, partnership: str, instant: datetime) -> Register:
        """Return a register of what was recorded at or before an instant. Nobody changes it any more."""
        ...


class Views:
    """Answers questions about partnerships, from any thread."""

    def __init__(self, registers: Registers, clock: Clock) -> None:
        self._registers = registers
        self._clock = clock
        self._figures = Recent[dict[str, Figures]]()

    def partnerships(self) -> Sequence[str]:
        """Return the codes of all partnerships, in order."""
        return self._registers.partnerships()

    def view(self, partnership: str, question: Callable[[View], T], as_at: str = "") -> T:
        """Return what ``question`` finds. Raises Problem 404 for an unknown partnership, 422 for an unfit ``as_at``."""
        now = self._clock.now()

        def live(register: Register) -> T:
            at = max(now, register.recorded_at or now)
            made = self._figures.of(partnership, (register.position, minute_of(at)), dict)
            return question(View(register, at, is_live=True, made=made))

        try:
            if not as_at:
                return self._registers.view(partnership, live)
            calendar, formed_at = self._registers.view(
                partnership, lambda register: (register.calendar, register.partnership.formed_on)
            )
        except NoSuchPartnership:
            raise _no_such_partnership(partnership, self._registers.partnerships()) from None
        wanted = instant(as_at, calendar)
        if wanted > now:
            raise unfit("as_at", as_at, "It lies in the future; give an instant that has passed, or leave it out.")
        register = self._registers.at(partnership, wanted)
        if register.formed is None:
            raise unfit(
                "as_at",
                as_at,
                f"Nothing had been recorded of {partnership} by then; it was formed on {plain_date(formed_at)}.",
            )
        return question(View(register, wanted, is_live=False))


def minute_of(instant: datetime) -> int:
    """Return the number of the minute in which an instant lies: within one, time alone changes no figure."""
    return int(instant.timestamp()) // 60


def _no_such_partnership(code: str, known: Sequence[str]) -> Problem:
    there_are = f"There are: {', '.join(known)}." if known else "There is none yet."
    return Problem(404, f"There is no partnership {code}. {there_are}", known=list(known))
