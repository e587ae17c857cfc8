"""All open connections of a process: how many there may be, and how long each may keep us waiting.

Every connection waits for something: its caller for us, or we for its caller. Who keeps us waiting for too long is cut
off, and where there is no room for another connection, those go first that have kept us waiting longest and asked for
least. One look at all of them once in a while costs less than a timer for each.
"""

from __future__ import annotations

import asyncio
import resource
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from services.runtime.base.settings import Settings

_OTHER_DESCRIPTORS = 256  # databases, the broker, files, the mail server
_AT_REST = 80  # what a process holds of these, and some more, while nobody asks for anything
_AT_ONCE = 20  # a twentieth of all is let go of at a time, so that a crowd at the door costs little for each of it


class Waiting(IntEnum):
    """What a connection waits for; those that are let go of first come first."""

    FIRST_REQUEST = 0
    LINE_OR_HEADERS = 1
    FAREWELL = 2
    BODY = 3
    NEXT_REQUEST = 4
    READER = 5
    ANSWER = 6


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """How many connections there may be, and how many seconds each kind of wait may last."""

    connections: int
    silent: float
    head: float
    answer: float

    @classmethod
    def of(cls, settings: Settings) -> ConnectionLimits:
        """Return what the settings say, as far as the process may have that many descriptors."""
        there_are = _descriptors(settings.max_connections + _OTHER_DESCRIPTORS)
        room = max(there_are - _OTHER_DESCRIPTORS, (there_are - _AT_REST) // 2, 1)
        return cls(
            min(settings.max_connections, room), settings.idle_seconds, settings.head_seconds, settings.answer_seconds
        )


class Connection(Protocol):
    """A connection as it is looked at here."""

    @property
    def waits_for(self) -> Waiting:
        """What it waits for now."""
        ...

    @property
    def since(self) -> float:
        """Since when, by the clock of all connections."""
        ...

    def look(self, now: float) -> None:
        """End it where it has kept us waiting for too long."""
        ...

    def cut(self) -> None:
        """End it at once."""
        ...


class Connections:
    """The open connections. Used from the event loop alone.

    Their clock stands still while the process does: what came meanwhile is unread, and no caller kept us waiting.
    """

    def __init__(self, limits: ConnectionLimits) -> None:
        self.limits = limits
        self._open: dict[Connection, None] = {}
        self._every = min(1.0, *(each / 4 for each in (limits.silent, limits.head, limits.answer)))
        self._next: asyncio.TimerHandle | None = None
        self._stood_still = 0.0

    def __len__(self) -> int:
        return len(self._open)

    def add(self, connection: Connection) -> bool:
        """Count a new connection in; make room where there is none. False where nobody may be let go of for it."""
        if len(self._open) >= self.limits.connections and not self._make_room():
            return False
        self._open[connection] = None
        if self._next is None:
            self._look_later()
        return True

    def remove(self, connection: Connection) -> None:
        """Count a connection out."""
        self._open.pop(connection, None)

    def now(self) -> float:
        """Return the time by which waits are measured."""
        return asyncio.get_running_loop().time() - self._stood_still

    def _look_later(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + self._every
        self._next = loop.call_at(due, self._look, due)

    def _look(self, due: float) -> None:
        self._next = None
        self._stood_still += max(0.0, asyncio.get_running_loop().time() - due)
        now = self.now()
        for connection in tuple(self._open):
            connection.look(now)
        if self._open:
            self._look_later()

    def _make_room(self) -> bool:
        waiting = [each for each in self._open if each.waits_for is not Waiting.ANSWER]
        waiting.sort(key=lambda each: (each.waits_for, each.since))
        for connection in waiting[: max(1, self.limits.connections // _AT_ONCE)]:
            connection.cut()
            self.remove(connection)
        return bool(waiting)


def _descriptors(wanted: int) -> int:
    """Have the process be allowed so many descriptors, if it may; return how many it is."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed == resource.RLIM_INFINITY:
        return wanted
    if allowed < wanted:
        allowed = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
    return allowed
