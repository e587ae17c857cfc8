"""Keeping the garbage collector from work that is in vain.

A full collection goes through everything that the process holds, which takes the best part of 100 ms in which nothing
else happens. And where a great many objects are made that are all to be kept, it goes through them again and again.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_holding = 0


def keep() -> None:
    """Say that the process holds for good what it has just loaded: no collection looks at it, not even the last one.

    Hardly any of that is garbage; to look for it would take a third of what a short command takes.
    """
    gc.freeze()


def settle() -> None:
    """Say that what the process holds by now it will hold for good, so that no collection needs to look at it again."""
    gc.collect()
    gc.freeze()


@contextmanager
def without_collecting() -> Iterator[None]:
    """Collect no garbage in this process until the block ends, in whatever threads such blocks run at the same time."""
    _hold(1)
    try:
        yield
    finally:
        _hold(-1)


def _hold(change: int) -> None:
    global _holding  # noqa: PLW0603 - the collector is the process's, and so is this
    with _lock:
        _holding += change
        if _holding:
            gc.disable()
        else:
            gc.enable()
