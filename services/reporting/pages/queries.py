"""What reporting's pages and JSON answers are read from: the registers of the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from domain.register import Register
from services.reporting import editions, journal, registers
from services.reporting.editions import Issued
from services.reporting.pages.freshness import Freshness
from services.runtime.base.clock import Clock
from services.runtime.store.database import Database
from services.runtime.web.kept_answers import Holds
from services.runtime.web.partnership.recent import Recent
from services.runtime.web.partnership.views import NoSuchPartnership, Views

T = TypeVar("T")


class Queries(Views):
    """Answers questions about partnerships, from any thread."""

    def __init__(self, database: Database, known: registers.Registers, clock: Clock, freshness: Freshness) -> None:
        super().__init__(_OfTheJournal(database, known), clock)
        self.database = database
        self._freshness = freshness
        self._editions = Recent[Sequence[Issued]]()

    def formed_partnerships(self) -> list[str]:
        """Return the codes of the partnerships that have been formed, in order."""
        return [code for code in self._registers.partnerships() if self._is_formed(code)]

    def editions(self, partnership: str) -> Sequence[Issued]:
        """Return what has been issued of a partnership, by cut-off; nothing where there is no such partnership."""

        def issued(connection: Connection) -> Sequence[Issued]:
            number = editions.count(connection, partnership)  # none that is issued ever changes
            return self._editions.of(partnership, number, lambda: editions.editions(connection, partnership))

        return self.database.read_sync(issued)

    def came_too_late(self, issued: Issued) -> int:
        """Return how many events recorded by an edition's cut-off reached reporting only after it had been made."""
        by_now = self.database.read_sync(
            lambda connection: journal.version_at(connection, issued.partnership, issued.taken_in_at)
        )
        return max(0, by_now - issued.version)

    def watch(self, partnership: str, as_at: str = "") -> Holds:
        """Return what says whether all that is read of a partnership from now on still holds."""
        return self._freshness.watch(partnership, is_live=not as_at)

    def _is_formed(self, partnership: str) -> bool:
        try:
            return self._registers.view(partnership, lambda register: True)
        except NoSuchPartnership:
            return False


class _OfTheJournal:
    """The registers that are folds of the journal."""

    def __init__(self, database: Database, known: registers.Registers) -> None:
        self._database = database
        self._known = known

    def partnerships(self) -> list[str]:
        return self._database.read_sync(journal.partnerships)

    def view(self, partnership: str, question: Callable[[Register], T]) -> T:
        try:
            return self._known.view(partnership, question)
        except registers.NoSuchPartnership:
            raise NoSuchPartnership(partnership) from None

    def at(self, partnership: str, instant: datetime) -> Register:
        return self._known.at(partnership, instant)
