"""A shelf of registers: those of one log, for one use of them, in the memory that all shelves of a process share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar, cast

from services.runtime.registers.live_register import LiveRegister
from services.runtime.registers.memory import Key, RegisterMemory

L = TypeVar("L", bound=LiveRegister)


class Shelf(Generic[L]):
    """Gives out registers, each to one at a time. May be used from any thread."""

    def __init__(self, memory: RegisterMemory, make: Callable[[str], L]) -> None:
        """``make`` returns an empty register of a partnership."""
        self._memory = memory
        self._make = make

    @contextmanager
    def held(self, partnership: str) -> Iterator[L]:
        """Hold a partnership's register, so that nobody else does. It may be behind its log, or hold nothing yet."""
        key: Key = (self, partnership)
        while True:
            place = self._memory.take(key, lambda: self._make(partnership))
            try:
                with place.live.lock:
                    if not place.live.discarded:
                        yield cast("L", place.live)
                        return
            finally:
                self._memory.given_back(key, place)

    def is_folded(self, partnership: str) -> bool:
        """Say whether a register is in memory and lacks little of its log."""
        live = self._memory.peek((self, partnership))
        return live is not None and live.is_folded

    def keep(self, live: L) -> None:
        """Keep a register that was its maker's own for everybody, unless one that has got as far is there."""
        self._memory.put((self, live.partnership), live)

    def drop(self, partnership: str) -> None:
        """Throw a register away; the next use makes it from the log."""
        live = self._memory.remove((self, partnership))
        if live is not None:
            live.discarded = True
