"""The registers that reporting computes from: the live one of each partnership, and that of any earlier instant.

Both are folds of the journal and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from domain.register import Register
from services.reporting import journal
from services.runtime.registers import snapshots
from services.runtime.registers.folding import bring_to, catch_up
from services.runtime.registers.live_register import LiveRegister
from services.runtime.registers.memory import RegisterMemory
from services.runtime.registers.shelf import Shelf
from services.runtime.store.database import Database

T = TypeVar("T")


class NoSuchPartnership(LookupError):
    """The journal holds no partnership of this code, or nothing yet that would form it."""


class Registers:
    """The registers of every partnership. All methods are synchronous and may be called from any thread."""

    def __init__(self, database: Database, memory: RegisterMemory | None = None) -> None:
        """Without ``memory`` they have one of the usual size of their own."""
        self._database = database
        self._shelf = Shelf(memory or RegisterMemory(), LiveRegister)

    def view(self, partnership: str, question: Callable[[Register], T]) -> T:
        """Return what ``question`` finds in the live register, which holds all that the journal does.

        ``question`` must neither change the register nor keep hold of it. Raises NoSuchPartnership.
        """
        with self._shelf.held(partnership) as live:
            folded = self._database.read_sync(lambda connection: catch_up(journal, connection, live))
            snapshots.keep_of(self._database, live, folded)
            if live.register.formed is None:
                raise NoSuchPartnership(partnership)
            return question(live.register)

    def at_version(self, partnership: str, version: int, onward: Register | None = None) -> Register:
        """Return a register of the caller's own as it stood after ``version``.

        ``onward`` is such a register of an earlier version: it is brought forward and is the one returned.
        """
        live = LiveRegister(partnership)
        if onward is not None and onward.position.version <= version:
            live.begin_with(onward)

        folded = self._database.read_sync(lambda connection: bring_to(journal, connection, live, version))
        snapshots.keep_of(self._database, live, folded)
        return live.register

    def at(self, partnership: str, instant: datetime) -> Register:
        """Return a register of the caller's own, of all that was recorded at or before ``instant``."""
        return self.at_version(partnership, self.version_at(partnership, instant))

    def version_at(self, partnership: str, instant: datetime) -> int:
        """Return the version of the last event that was recorded at or before ``instant``; 0 where there is none."""
        return self._database.read_sync(lambda connection: journal.version_at(connection, partnership, instant))
