"""The memory that registers may take in a process, whatever is stored: those that were used last stay in it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from prometheus_client import Gauge

from services.runtime.base.telemetry import REGISTRY
from services.runtime.registers.live_register import LiveRegister

USUAL_MEGABYTES = 256

Key = tuple[object, str]
"""The shelf that a register stands on, and its partnership."""

_MEGABYTE = 1_000_000
_SIZE = Gauge("concordat_registers_bytes", "About how many bytes of memory registers take.", registry=REGISTRY)


class Place:
    """A register's place in memory: how much was reckoned for it, and by how many it is being used."""

    __slots__ = ("live", "size", "users")

    def __init__(self, live: LiveRegister) -> None:
        self.live = live
        self.size = 0
        self.users = 0


class RegisterMemory:
    """Holds the registers of all shelves of a process. What is being used is not let go of, whatever its size.

    May be used from any thread.
    """

    def __init__(self, megabytes: float = USUAL_MEGABYTES) -> None:
        self._most = megabytes * _MEGABYTE
        self._places: OrderedDict[Key, Place] = OrderedDict()  # those that were used last are last
        self._size = 0
        self._lock = Lock()

    def take(self, key: Key, make: Callable[[], LiveRegister]) -> Place:
        """Return the place of a register, which is made where it is not there, to be used until it is ``given_back``.

        All who ask for one that is being used are given the same.
        """
        with self._lock:
            place = self._places.get(key)
            if place is None:
                place = self._places[key] = Place(make())
            else:
                self._places.move_to_end(key)
            place.users += 1
            return place

    def given_back(self, key: Key, place: Place) -> None:
        """Say that a place is used no longer. A register with nothing in it is not kept."""
        with self._lock:
            place.users -= 1
            if self._places.get(key) is not place:
                return  # it was thrown away meanwhile
            self._weigh(place)
            if not place.users and place.live.version == 0:
                self._remove(key)
            self._make_room()

    def put(self, key: Key, live: LiveRegister) -> None:
        """Keep a register, unless one that has got as far is there."""
        with self._lock:
            there = self._places.get(key)
            if live.version == 0 or (there is not None and there.live.version >= live.version):
                return
            self._remove(key)
            place = self._places[key] = Place(live)
            self._weigh(place)
            self._make_room()

    def peek(self, key: Key) -> LiveRegister | None:
        """Return a register that is in memory, without counting as its use; None where it is not."""
        place = self._places.get(key)
        return None if place is None else place.live

    def remove(self, key: Key) -> LiveRegister | None:
        """Let go of a register and return it; None where it is not in memory."""
        with self._lock:
            return self._remove(key)

    def _weigh(self, place: Place) -> None:
        size = place.live.size
        self._size += size - place.size
        place.size = size

    def _make_room(self) -> None:
        for key in self._to_let_go_of():
            self._remove(key)
        _SIZE.set(self._size)

    def _to_let_go_of(self) -> list[Key]:
        too_much = self._size - self._most
        found: list[Key] = []
        for key, place in self._places.items():
            if too_much <= 0:
                break
            if not place.users:
                found.append(key)
                too_much -= place.size
        return found

    def _remove(self, key: Key) -> LiveRegister | None:
        place = self._places.pop(key, None)
        if place is None:
            return None
        self._size -= place.size
        return place.live
