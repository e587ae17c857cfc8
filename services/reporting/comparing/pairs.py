"""What stands in two lists under the same key."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


def in_both(earlier: Iterable[T], later: Iterable[T], key: Callable[[T], K]) -> Iterator[tuple[T, T]]:
    """Yield what both have, as it was and as it is, in the order of the later."""
    was = _by(key, earlier)
    return ((was[key(now)], now) for now in later if key(now) in was)


def only_in(these: Iterable[T], others: Iterable[T], key: Callable[[T], K]) -> Iterator[T]:
    """Yield what ``these`` have and the ``others`` do not."""
    known = _by(key, others).keys()
    return (each for each in these if key(each) not in known)


def _by(key: Callable[[T], K], these: Iterable[T]) -> Mapping[K, T]:
    return {key(each): each for each in these}
