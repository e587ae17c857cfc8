"""The registers that pages are read from: as far as the log, or as far as it was at an earlier instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from domain.register import Register
from services.programme.core.deciding import NoPartnership
from services.programme.core.dispatcher import Dispatcher
from services.programme.core.earlier_registers import EarlierRegisters
from services.runtime.web.partnership.views import NoSuchPartnership

T = TypeVar("T")


class RegistersOfTheLog:
    """What whoever has written reads, whichever replica they ask: each view begins with a look at the log's end."""

    def __init__(self, dispatcher: Dispatcher, earlier: EarlierRegisters) -> None:
        self._dispatcher = dispatcher
        self._earlier = earlier

    def partnerships(self) -> list[str]:
        """Return the codes of all partnerships, in order."""
        return self._dispatcher.partnerships_sync()

    def view(self, partnership: str, question: Callable[[Register], T]) -> T:
        """Return what ``question`` finds in the register of now. Raises NoSuchPartnership."""
        try:
            return self._dispatcher.look_sync(partnership, lambda live: question(live.register))
        except NoPartnership:
            raise NoSuchPartnership(partnership) from None

    def at(self, partnership: str, instant: datetime) -> Register:
        """Return a register of what had been recorded by an instant."""
        return self._earlier.at(partnership, instant)
