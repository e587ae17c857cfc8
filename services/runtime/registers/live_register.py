"""One partnership's register in memory, as far as some log of it has been folded."""

from __future__ import annotations

from collections.abc import Iterable
from threading import RLock
from typing import Any

from contracts.envelope import ChainBroken, Recorded, follows
from domain.register import Register, apply

_BYTES_OF_EACH = 20_000
_BYTES_OF_AN_EVENT = 500  # what histories of years come to, by ``make bench ARGS=growth``


class LiveRegister:
    """A register, read and changed only while its lock is held."""

    def __init__(self, partnership: str) -> None:
        self.partnership = partnership
        self.lock = RLock()
        self.discarded = False
        """Whether it was thrown away, and is not to be used by whoever has waited for it."""
        self.is_folded = False
        """Whether it has been as far as its log once: what it lacks from then on is little."""
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget everything."""
        self.register = Register(self.partnership)

    @property
    def version(self) -> int:
        """How many events of the partnership's log are in it."""
        return self.register.position.version

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes: most of a register is what has ever been reported."""
        return _BYTES_OF_EACH + _BYTES_OF_AN_EVENT * self.version

    def take(self, events: Iterable[Recorded]) -> None:
        """Take in events. Raises ChainBroken where one is not the next."""
        for event in events:
            if not follows(self.register.position, event):
                raise ChainBroken(f"event {event.id} does not go on from version {self.version}")
            self._take(event)

    def _take(self, event: Recorded) -> None:
        apply(self.register, event)

    def contents(self) -> Any:
        """Return what a snapshot is to hold of it."""
        return self.register

    def begin_with(self, contents: Any) -> None:
        """Begin with what a snapshot held; it is this register's own from now on."""
        self.register = contents
