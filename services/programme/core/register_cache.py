"""The registers in memory, one per partnership, each as far as the log had got when it was last looked at.

A register is a cache of the log. It may be behind, when another replica has appended: an append then finds out, and
whoever refuses something makes sure first. Where it has taken in what was not committed after all, it is made again
from the log.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock, RLock

from sqlalchemy import Connection

from contracts.envelope import ChainBroken, Position, Recorded, follows
from contracts.references import project_of
from domain.register import Register, apply
from domain.register.projects import MILESTONES
from services.runtime.base.gc_control import without_collecting
from services.runtime.store.event_store import EventStore, VersionConflict


class CachedRegister:
    """One partnership's register and the versions of its objects. Used only while it is held."""

    def __init__(self, partnership: str) -> None:
        self.partnership = partnership
        self.lock = RLock()
        self.discarded = False
        self.stale = True
        """Whether it is to be caught up with the log before anything more is decided upon it."""
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget everything."""
        self.register = Register(self.partnership)
        self._versions: dict[str, list[int]] = {}
        self._copied: tuple[Position, bytes] | None = None

    @property
    def version(self) -> int:
        """How many events of the partnership's log are in it."""
        return self.register.position.version

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

    def take(self, events: Iterable[Recorded]) -> None:
        """Take in events. Raises ChainBroken where one is not the next."""
        for event in events:
            if not follows(self.register.position, event):
                raise ChainBroken(f"event {event.id} does not go on from version {self.version}")
            apply(self.register, event)
            for reference in _touched(event):
                self._versions.setdefault(reference, []).append(event.version)


class RegisterCache:
    """All registers of a process."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._lives: dict[str, CachedRegister] = {}
        self._lock = Lock()

    @contextmanager
    def held_to_read(self, connection: Connection, partnership: str) -> Iterator[CachedRegister]:
        """Hold a register that is as far as the log.

        Nothing has been read on ``connection`` before: what it sees is as of now, while nobody else catches up.
        """
        with self._held(partnership) as live:
            self.catch_up(connection, live)
            yield live

    @contextmanager
    def held_to_write(self, connection: Connection, partnership: str) -> Iterator[CachedRegister]:
        """Hold a register to decide upon. It may be behind the log, which an append to it then finds out."""
        with self._held(partnership) as live:
            if live.stale:
                self.catch_up(connection, live)
            try:
                yield live
            except VersionConflict:
                live.stale = True
                raise

    def catch_up(self, connection: Connection, live: CachedRegister) -> bool:
        """Make a register that is held as far as the log on ``connection``; say whether it was not."""
        was_apart = self._store.position(connection, live.partnership) != live.register.position
        if was_apart:
            self._catch_up(connection, live)
        live.stale = False
        return was_apart

    def for_oneself(self, connection: Connection, partnership: str) -> CachedRegister:
        """Return a current register that nobody else uses, to be given back by ``keep`` or forgotten.

        It is made from the log: what was read from one that others have used may refer to that for a while.
        """
        live = CachedRegister(partnership)
        with without_collecting():
            live.take(self._store.read(connection, partnership))
        live.stale = False
        return live

    def keep(self, live: CachedRegister) -> None:
        """Keep a register for everybody, unless one that has got further is there."""
        with self._lock:
            other = self._lives.get(live.partnership)
            if live.version > 0 and (other is None or other.version < live.version):
                live.discarded = False
                self._lives[live.partnership] = live

    def drop(self, partnership: str) -> None:
        """Throw a register away; the next use makes it from the log."""
        with self._lock:
            live = self._lives.pop(partnership, None)
            if live is not None:
                live.discarded = True

    @contextmanager
    def _held(self, partnership: str) -> Iterator[CachedRegister]:
        while True:
            with self._lock:
                live = self._lives.get(partnership) or CachedRegister(partnership)
            with live.lock:
                if not live.discarded:
                    yield live
                    return

    def _catch_up(self, connection: Connection, live: CachedRegister) -> None:
        """Take in what the log has and the register has not; where they differ, the log is right."""
        if self._store.position(connection, live.partnership).version <= live.version:
            live.begin_anew()
        with without_collecting():
            try:
                live.take(self._store.read(connection, live.partnership, after=live.version))
            except ChainBroken:
                live.begin_anew()
                live.take(self._store.read(connection, live.partnership))
        self.keep(live)


def _touched(event: Recorded) -> tuple[str, ...]:
    """Return the references of the objects that an event changes: its subject, and what is shown together with it."""
    owner = project_of(event.subject)
    touched = event.fact.touched(event.partnership)
    return (*touched, owner) if MILESTONES.is_reference(owner, event.subject) else touched
