"""A clock that jumps ahead is not believed until an operator has confirmed it.

No event bears an earlier instant than the one before it: one command recorded at a clock that is 400 days ahead would
date every later fact so. How far a clock may be ahead is judged by the last instant that is known. That instant moves
on while the service runs, whether or not anybody records anything; and while the machine runs, whether or not the
service does, for the system counts the seconds since it was booted on a clock that nobody sets. So a quiet month is no
jump.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Column, Connection, Float, MetaData, String, Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.runtime.base.clock import Clock
from services.runtime.base.health import Check, ProbeResult
from services.runtime.base.retry import keep_doing, steadily
from services.runtime.base.trouble import Trouble
from services.runtime.store.columns import Instant
from services.runtime.store.database import Database, Overloaded, Unavailable

metadata = MetaData()
_known = Table(
    "known_instants",
    metadata,
    Column("of", String(16), primary_key=True),
    Column("instant", Instant, nullable=False),
    Column("boot", String(64), nullable=False),
    Column("uptime", Float(53), nullable=False),
    Column("questioned", Instant),  # what a clock read that was not believed
)

_ROW = "clock"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_LOOK_SECONDS = 1.0
_WRITE_SECONDS = 30.0
_CONFIRM = "concordat clock confirm"


class _Known(NamedTuple):
    """An instant that is believed, and where the machine's own count of seconds stood then."""

    instant: datetime
    boot: str
    uptime: float

    def by_now(self) -> datetime:
        """Return what a clock must read at least by now, where this is still the same run of the same machine."""
        boot, uptime = _machine()
        return self.instant + timedelta(seconds=max(0.0, uptime - self.uptime) if boot == self.boot else 0.0)


class ClockGuard:
    """Judges a service's clock by the last instant that is known to its database."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        hours: float,
        last_recorded_at: Callable[[Connection], datetime | None],
    ) -> None:
        """``hours`` is how far the clock may be ahead; 0 believes any. A clock that is set by hand is always believed.

        ``last_recorded_at`` returns when the service's log was last written to, for a database that knows no more.
        """
        self._database = database
        self._clock = clock
        self._limit = None if hours == 0 or getattr(clock, "set_by_hand", False) else timedelta(hours=hours)
        self._last_recorded_at = last_recorded_at
        self._last: _Known | None = None
        self._questioned: datetime | None = None
        self._is_told = False
        self._written = 0.0

    def blockage(self, _partnership: str) -> str | None:
        """Say why nothing may be recorded at this instant; None where it may."""
        if self._limit is None:
            return None
        now = self._clock.now()
        if self._last is not None and now - self._last.by_now() > self._limit:
            self._questioned = now
            return self._sentence(now, self._last.by_now())
        self._questioned = None
        self._last = _Known(now if self._last is None else max(now, self._last.instant), *_machine())
        return None

    async def start(self) -> None:
        """Read what is known, and write what is. The table exists. Where nothing can be written, ``look`` does it."""
        self._last = await self._database.read(self._read)
        self.blockage("")
        with suppress(Overloaded, Unavailable):
            await self._database.write(self._write)
            self._is_told = self._questioned is not None

    async def keep(self) -> None:
        """Write the present instant down now and then, or that the clock is questioned; hear when it was confirmed."""
        trouble = Trouble(__name__, "the clock could not be checked", "the clock is checked again")
        await keep_doing(self.look, trouble, steadily(_LOOK_SECONDS), every=_LOOK_SECONDS)

    async def look(self) -> None:
        """Judge the clock once, and write down what is to be."""
        if self._questioned is not None:
            self._last = await self._database.read(self._read)
        self.blockage("")
        is_questioned = self._questioned is not None
        due = is_questioned != self._is_told or time.monotonic() - self._written > _WRITE_SECONDS
        if self._limit is not None and due:
            await self._database.write(self._write)
            self._written, self._is_told = time.monotonic(), is_questioned

    def check(self) -> Check:
        """Return the check of the readiness page."""

        async def probe() -> ProbeResult:
            why = self.blockage("")
            return ProbeResult(why is None, why or "The clock agrees with the last recorded instant.")

        return Check("clock", probe)

    def _sentence(self, now: datetime, known: datetime) -> str:
        assert self._limit is not None
        return (
            f"The clock reads {now:%Y-%m-%d %H:%M} UTC, which is more than {self._limit.total_seconds() / 3600:g} hours"
            f" past the last instant that is known, {known:%Y-%m-%d %H:%M} UTC. Nothing is recorded until the clock is"
            f" set right or, where it is right, confirmed with: {_CONFIRM}"
        )

    def _read(self, connection: Connection) -> _Known | None:
        row = connection.execute(select(_known).where(_known.c.of == _ROW)).first()
        if row is not None:
            return _Known(row.instant, row.boot, row.uptime)
        recorded_at = self._last_recorded_at(connection)
        return None if recorded_at is None else _Known(recorded_at, "", 0.0)

    def _write(self, connection: Connection) -> None:
        if self._last is None:
            return
        there = connection.scalar(select(_known.c.instant).where(_known.c.of == _ROW).with_for_update())
        if self._questioned is not None:
            values: dict[str, object] = {"questioned": self._questioned}
            if there is None:
                values |= self._last._asdict()
        elif there is not None and there > self._last.instant:
            return  # another replica, or an operator who has just confirmed, knows a later one
        else:
            values = {**self._last._asdict(), "questioned": None}
        _put(connection, values, there is not None)


def questioned(connection: Connection) -> datetime | None:
    """Return what a clock read that was not believed; None where none was questioned. The table exists."""
    instant: datetime | None = connection.scalar(select(_known.c.questioned).where(_known.c.of == _ROW))
    return instant


def believe(connection: Connection, instant: datetime | None = None) -> None:
    """Take an instant, the machine's present one without it, for the last that is known. The table exists."""
    there = connection.scalar(select(_known.c.instant).where(_known.c.of == _ROW)) is not None
    known = _Known(instant or datetime.now(UTC), *_machine())
    _put(connection, {**known._asdict(), "questioned": None}, there)


def _put(connection: Connection, values: dict[str, object], there: bool) -> None:
    if there:
        connection.execute(update(_known).where(_known.c.of == _ROW).values(values))
    else:  # of replicas that start at once on an empty database, one is first
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(dialect.insert(_known).on_conflict_do_nothing(), {"of": _ROW, **values})


def _machine() -> tuple[str, float]:
    """Return which run of the machine this is, and for how many seconds it has run, sleep included.

    A system that does not tell the one counts no seconds either.
    """
    boot = _boot()
    return boot, time.clock_gettime(time.CLOCK_BOOTTIME) if boot else 0.0


@cache
def _boot() -> str:
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return ""
