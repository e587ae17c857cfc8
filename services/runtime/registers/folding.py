"""Folding a log into a register, on from where the register has got, or from the nearest snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from prometheus_client import Counter
from sqlalchemy import Connection

from contracts.envelope import ChainBroken, Position, Recorded
from services.runtime.base.gc_control import without_collecting
from services.runtime.base.telemetry import REGISTRY
from services.runtime.registers import snapshots
from services.runtime.registers.live_register import LiveRegister

_FOLDED = Counter(
    "concordat_registers_folded", "Registers that were not in memory when they were asked for.", registry=REGISTRY
)


class Log(Protocol):
    """Where a service reads the events of a partnership."""

    def position(self, connection: Connection, partnership: str) -> Position:
        """Return how far the partnership's log has got; version 0 where it has none."""
        ...

    def read(
        self, connection: Connection, partnership: str, after: int = 0, limit: int | None = None
    ) -> Iterator[Recorded]:
        """Yield the partnership's events behind version ``after``, in order, at most so many."""
        ...


def catch_up(log: Log, connection: Connection, live: LiveRegister) -> int:
    """Make a register that is held as far as the log on ``connection``; where they differ, the log is right.

    Returns how many events were folded.
    """
    head = log.position(connection, live.partnership)
    folded = 0
    if head != live.register.position:
        if not live.is_folded:
            _FOLDED.inc()
        if head.version <= live.version:
            live.begin_anew()
        folded = bring_to(log, connection, live, head.version)
        if live.register.position != head:  # a snapshot of another history, as long as this one
            folded = _fold_anew(log, connection, live, head.version)
    live.is_folded = True
    return folded


def bring_to(log: Log, connection: Connection, live: LiveRegister, version: int) -> int:
    """Bring a register that is held forward to a version that the log has; return how many events were folded."""
    if live.version == 0:
        snapshots.begin_with_nearest(connection, live, version)
    began_at = live.version
    try:
        _fold(log, connection, live, version)
    except ChainBroken:  # the register, or the snapshot that it began with, is of another history
        return _fold_anew(log, connection, live, version)
    return live.version - began_at


def _fold_anew(log: Log, connection: Connection, live: LiveRegister, version: int) -> int:
    live.begin_anew()
    _fold(log, connection, live, version)
    return live.version


def _fold(log: Log, connection: Connection, live: LiveRegister, version: int) -> None:
    """Take in events up to a version. Should that fail half way, those that were taken in were the next ones."""
    with without_collecting():
        live.take(log.read(connection, live.partnership, live.version, version - live.version))
