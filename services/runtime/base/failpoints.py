"""Named places at which a process can be told to die, so that recovery from each of them can be tested.

``CONCORDAT_FAILPOINT=relay.acknowledged`` kills the process with SIGKILL the first time it passes that point,
``relay.acknowledged:3`` the third time. Without the variable a point costs one comparison.
"""

from __future__ import annotations

import os
import signal
import threading

POINTS = frozenset(
    {
        "log.appended",  # written, not yet committed
        "database.committed",  # committed, nobody told yet
        "schema.revision",  # a revision of a database's schema has been carried out, not yet committed
        "schema.migrated",  # the schema is the one that is needed, not yet committed
        "relay.published",  # handed to the broker, not yet acknowledged
        "relay.acknowledged",  # acknowledged by the broker, not yet marked
        "relay.marked",  # marked as relayed
        "consumer.received",  # arrived at a follower or handler
        "consumer.applied",  # effect written, not yet committed
        "consumer.committed",  # effect and position committed, broker not yet told
        "pack.made",  # made, nothing of it stored yet
        "pack.issued",  # stored and announced, all in one commit
        "restore.moved",  # a file of a backup is in its place, and not yet all
        "delivery.attempted",  # the attempt is committed, the channel knows nothing yet
        "delivery.handed_over",  # all but the last byte is with the channel, which that byte makes answerable
        "delivery.recorded",  # outcome of a delivery committed
    }
)

_VARIABLE = "CONCORDAT_FAILPOINT"


class _Armed:
    """One point at which this process dies, and how many passings it has left."""

    def __init__(self, setting: str) -> None:
        point, _, passings = setting.partition(":")
        if point not in POINTS:
            raise ValueError(f"{_VARIABLE} names {point!r}; the fail points are {', '.join(sorted(POINTS))}")
        if passings and not (passings.isdecimal() and int(passings) > 0):
            raise ValueError(f"{_VARIABLE} is {setting!r}; after the colon stands the passing to die at, 1 or more")
        self.point = point
        self._left = int(passings or 1)
        self._lock = threading.Lock()

    def pass_by(self) -> None:
        with self._lock:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


_armed = _Armed(os.environ[_VARIABLE]) if os.environ.get(_VARIABLE) else None


def reached(point: str) -> None:
    """Say that the process has come to ``point``, one of POINTS; it dies here if it was told to."""
    if _armed is not None and _armed.point == point:
        _armed.pass_by()
