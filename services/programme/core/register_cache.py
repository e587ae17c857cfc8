"""Programme's registers in memory, each as far as the log had got when it was last looked at.

A register is a cache of the log. It may be behind, when another replica has appended: an append then finds out, and
whoever refuses something makes sure first. Where it has taken in what was not committed after all, it is made again
from the log.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from contracts.envelope import Position, Recorded
from contracts.references import project_of
from domain.register.projects import MILESTONES
from services.runtime.registers import snapshots
from services.runtime.registers.folding import catch_up
from services.runtime.registers.live_register import LiveRegister
from services.runtime.registers.memory import RegisterMemory
from services.runtime.registers.shelf import Shelf
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore, VersionConflict


class CachedRegister(LiveRegister):
    """One partnership's register and the versions of its objects. Used only while it is held."""

    def __init__(self, partnership: str) -> None:
        super().__init__(partnership)
        self.stale = True
        """Whether it is to be caught up with the log before anything more is decided upon it."""

    def begin_anew(self) -> None:
        super().begin_anew()
        self._versions: dict[str, list[int]] = {}
        self._copied: tuple[Position, bytes] | None = None

    @property
    def size(self) -> int:
        return super().size + (len(self._copied[1]) if self._copied else 0)

    def contents(self) -> Any:
        return self.register, self._versions

    def begin_with(self, contents: Any) -> None:
        self.register, self._versions = contents

    def version_of(self, reference: str | None) -> int:
        """Return the version of the last event about an object, that of the whole log for what has none."""
        about = self._versions.get(reference or "")
        return about[-1] if about else self.version

    def versions_about(self, reference: str) -> Sequence[int]:
        """Return the versions of all events about an object, in order."""
        return self._versions.get(reference, ())

    def copy(self) -> bytes:
        """Return the register pickled: as long as nothing happens all who ask are given the same bytes."""
        if self._copied is None or self._copied[0] != self.register.position:
            self._copied = self.register.position, pickle.dumps(self.register, pickle.HIGHEST_PROTOCOL)
        return self._copied[1]

    def _take(self, event: Recorded) -> None:
        super()._take(event)
        for reference in _touched(event):
            self._versions.setdefault(reference, []).append(event.version)


class RegisterCache:
    """Programme's registers for one use of them: to decide upon, or to answer questions from."""

    def __init__(self, database: Database, store: EventStore, memory: RegisterMemory) -> None:
        self._database = database
        self._store = store
        self._shelf = Shelf(memory, CachedRegister)

    @contextmanager
    def held_to_read(self, connection: Connection, partnership: str) -> Iterator[CachedRegister]:
        """Hold a register that is as far as the log.

        Nothing has been read on ``connection`` before: what it sees is as of now, while nobody else catches up.
        """
        with self._shelf.held(partnership) as live:
            folded = catch_up(self._store, connection, live)
            live.stale = False
            snapshots.keep_of(self._database, live, folded)
            yield live

    @contextmanager
    def held_to_write(self, connection: Connection, partnership: str) -> Iterator[CachedRegister]:
        """Hold a register to decide upon. It may be behind the log, which an append to it then finds out."""
        with self._shelf.held(partnership) as live:
            if live.stale:
                self.catch_up(connection, live)
            try:
                yield live
            except VersionConflict:
                live.stale = True
                raise

    def is_folded(self, partnership: str) -> bool:
        """Say whether a register is in memory, so that nobody waits long for it in the writer's thread."""
        return self._shelf.is_folded(partnership)

    def fold(self, connection: Connection, partnership: str) -> None:
        """Have a register in memory that is as far as the log."""
        with self.held_to_read(connection, partnership):
            pass

    def catch_up(self, connection: Connection, live: CachedRegister) -> bool:
        """Make a register that is held as far as the log on ``connection``; say whether it was not.

        What is not committed yet may be among it, so no snapshot is made here.
        """
        before = live.register.position
        catch_up(self._store, connection, live)
        live.stale = False
        return live.register.position != before

    def for_oneself(self, connection: Connection, partnership: str) -> CachedRegister:
        """Return a current register that nobody else uses, to be given back by ``keep`` or forgotten.

        It is made from the log: what was read from one that others have used may refer to that for a while.
        """
        live = CachedRegister(partnership)
        catch_up(self._store, connection, live)
        live.stale = False
        return live

    def keep(self, live: CachedRegister) -> None:
        """Keep a register for everybody, unless one that has got as far is there."""
        self._shelf.keep(live)

    def drop(self, partnership: str) -> None:
        """Throw a register away; the next use makes it from the log."""
        self._shelf.drop(partnership)


def _touched(event: Recorded) -> tuple[str, ...]:
    """Return the references of the objects that an event changes: its subject, and what is shown together with it."""
    owner = project_of(event.subject)
    touched = event.fact.touched(event.partnership)
    return (*touched, owner) if MILESTONES.is_reference(owner, event.subject) else touched
