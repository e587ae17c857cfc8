"""What was made for the partnerships that were looked at last."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")

_PARTNERSHIPS = 8


class Recent(Generic[T]):
    """One thing of each partnership, kept while it rests on the same. May be used from any thread."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Hashable, T]] = OrderedDict()
        self._lock = Lock()

    def of(self, partnership: str, basis: Hashable, make: Callable[[], T]) -> T:
        """Return what was made of a partnership upon ``basis``; make it where that was another, or never was."""
        with self._lock:
            kept = self._kept.get(partnership)
        if kept is None or kept[0] != basis:
            kept = basis, make()
        with self._lock:
            self._kept[partnership] = kept
            self._kept.move_to_end(partnership)
            while len(self._kept) > _PARTNERSHIPS:
                self._kept.popitem(last=False)
        return kept[1]
