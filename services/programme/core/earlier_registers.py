"""Registers as they were at an earlier instant: the log folded up to it. The few that were last asked for are kept."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection

from contracts.envelope import Position
from domain.register import Register
from services.programme.core.register_cache import CachedRegister
from services.runtime.registers.folding import bring_to
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore

_KEPT = 4


class EarlierRegisters:
    """Registers that nobody changes any more. May be used from any thread."""

    def __init__(self, database: Database, store: EventStore) -> None:
        self._database = database
        self._store = store
        self._kept: OrderedDict[tuple[str, Position], Register] = OrderedDict()
        self._lock = Lock()

    def at(self, partnership: str, instant: datetime) -> Register:
        """Return a register of what was recorded at or before ``instant``; an empty one where nothing was."""
        return self._database.read_sync(lambda connection: self._at(connection, partnership, instant))

    def _at(self, connection: Connection, partnership: str, instant: datetime) -> Register:
        # By the chain too, so that a log that was restored is folded anew.
        position = self._store.position_at(connection, partnership, instant)
        with self._lock:
            register = self._kept.get((partnership, position))
        if register is None:
            live = CachedRegister(partnership)
            bring_to(self._store, connection, live, position.version)
            register = live.register
        self._keep(partnership, position, register)
        return register

    def _keep(self, partnership: str, position: Position, register: Register) -> None:
        with self._lock:
            self._kept[partnership, position] = register
            self._kept.move_to_end((partnership, position))
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
