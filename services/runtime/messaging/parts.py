"""The parts of a stream, of which each replica of a consumer takes in its own: who is in which, and whose each is.

A partnership is always in the same part, so that one replica at a time takes it in. The number is the one that NATS
itself has for it (``{{partition(16,1)}}`` in a subject mapping).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

Parts = frozenset[int]

PARTS = 16
"""How many there are, so also how many replicas find something to do."""

ALL_PARTS: Parts = frozenset(range(PARTS))

_FNV_OFFSET, _FNV_PRIME, _32_BITS = 0x811C9DC5, 0x01000193, 0xFFFFFFFF


@lru_cache(maxsize=16_384)
def part_of(partnership: str) -> int:
    """Return the part that a partnership is in: FNV-1a of its code, by which NATS parts subjects too."""
    number = _FNV_OFFSET
    for byte in partnership.encode():
        number = (number ^ byte) * _FNV_PRIME & _32_BITS
    return number % PARTS


def part_of_subject(subject: str) -> int:
    """Return the part that a message is in, by its subject ``stream.partnership.…``."""
    return part_of(subject.split(".", 2)[1])


def shares(members: Sequence[str]) -> dict[str, Parts]:
    """Share the parts out among ``members``, in the order in which they joined: as many to each, or one more.

    Whoever joins last takes from the others, and they from nobody, so that nothing lies idle until all have seen it.
    """
    held: dict[str, list[int]] = {}
    for member in members:
        taken = [] if held else sorted(ALL_PARTS)
        while held and len(most := max(held.values(), key=len)) > len(taken) + 1:
            taken.append(most.pop())
        held[member] = taken
    return {member: frozenset(parts) for member, parts in held.items()}
