"""Is this process alive, and is it ready for work? Ready means: its own database answers and its own consumers get on.

That a broker's socket is open says nothing about either, so nothing here asks for that.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import Gauge
from pydantic import BaseModel
from sqlalchemy import text

from services.runtime import dead_letters
from services.runtime.clock import Clock
from services.runtime.database import Database, Unavailable
from services.runtime.sentences import as_sentence
from services.runtime.telemetry import REGISTRY
from services.runtime.trouble import Trouble

_SECONDS_FOR_A_CHECK = 3.0

WAITING = Gauge(
    "concordat_consumer_waiting",
    "Messages that a consumer had still to take in when readiness was last asked for.",
    ("consumer",),
    registry=REGISTRY,
)


DEAD_LETTERS = Gauge(
    "concordat_dead_letters",
    "Dead letters that a consumer had when readiness was last asked for.",
    ("consumer",),
    registry=REGISTRY,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, with a sentence for people."""

    ok: bool
    message: str


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be well for a service to be ready. ``probe`` may raise: that is a finding too."""

    name: str
    probe: Callable[[], Awaitable[Finding]]


class CheckResult(BaseModel):
    """One check as it is answered."""

    name: str
    ok: bool
    message: str


class Readiness(BaseModel):
    """Whether the process is ready, and each check."""

    ready: bool
    checks: list[CheckResult]


def database_check(name: str, database: Database) -> Check:
    """Check that a service's database answers a question, and takes a change where it refused the last one."""

    async def probe() -> Finding:
        try:
            await database.read(lambda connection: connection.execute(text("SELECT 1")).scalar_one())
            if database.trouble is not None:
                await database.touch()
        except Unavailable as error:
            return Finding(False, as_sentence(f"it cannot be used at present: {database.trouble or error}"))
        return Finding(True, "The database answers.")

    return Check(f"{name} database", probe)


def file_handles_check() -> Check:
    """Check that the process can still open a file."""
    trouble = Trouble(__name__, "no file handle is left", "there are file handles again")

    async def probe() -> Finding:
        try:
            os.close(os.open(os.devnull, os.O_RDONLY))
        except OSError as error:
            trouble.met(error)
            return Finding(False, f"None is left ({error.strerror}); the limit on open files says how many there are.")
        trouble.over()
        return Finding(True, "There are some left.")

    return Check("file handles", probe)


def consumer_check(
    name: str,
    lag: Callable[[], Awaitable[int]],
    last_progress: Callable[[], datetime | None],
    clock: Clock,
    stalled_seconds: float,
) -> Check:
    """Check that a consumer has caught up, or is getting on.

    ``lag`` returns how many messages it has still to take in, ``last_progress`` when it last took one in.
    """

    async def probe() -> Finding:
        waiting = await lag()
        WAITING.labels(name).set(waiting)
        if waiting == 0:
            return Finding(True, "It has taken in everything.")
        since = last_progress()
        behind = f"{waiting} message{' is' if waiting == 1 else 's are'} waiting"
        if since is None:
            return Finding(False, f"{behind} and none has been taken in yet.")
        still = (clock.now() - since).total_seconds()
        if still > stalled_seconds:
            return Finding(False, f"{behind} and none has been taken in for {still:.0f} seconds.")
        return Finding(True, f"{behind}; it is catching up.")

    return Check(name, probe)


def dead_letters_check(service: str, database: Database, consumers: Sequence[str]) -> Check:
    """Tell of a service's dead letters. They hold nobody up, so it is ready all the same."""

    async def probe() -> Finding:
        numbers = await database.read(dead_letters.numbers)
        for consumer in {*consumers, *numbers}:
            DEAD_LETTERS.labels(consumer).set(numbers.get(consumer, 0))
        total = sum(numbers.values())
        if total == 0:
            return Finding(True, "There are none.")
        waits = "1 waits" if total == 1 else f"{total} wait"
        return Finding(True, f"{waits} for a person, at /{service}/dead-letters or with concordat dead-letters list.")

    return Check(f"dead letters of {service}", probe)


class Health:
    """The checks of a process. Until ``opened`` and once ``closing`` it is not ready, whatever they find."""

    def __init__(self, checks: Sequence[Check] = ()) -> None:
        self._checks = list(checks)
        self._phase: str | None = "The process is starting."
        self._started = asyncio.Event()

    def add(self, checks: Sequence[Check]) -> None:
        """Ask these too from now on."""
        self._checks.extend(checks)

    @property
    def phase(self) -> str | None:
        """A sentence that says what the process is about, None where it is at its work."""
        return self._phase

    async def started(self, seconds: float) -> bool:
        """Wait until the process has started; False when ``seconds`` pass before."""
        if self._started.is_set():
            return True
        try:
            async with asyncio.timeout(seconds):
                await self._started.wait()
        except TimeoutError:
            return False
        return True

    def waits_for(self, what: str) -> None:
        """Say what the process, which is starting, waits for."""
        self._phase = as_sentence(f"The process is starting; it waits for {what}")

    def open(self) -> None:
        """The process has started."""
        self._phase = None
        self._started.set()

    def close(self) -> None:
        """The process is about to stop: send it nothing new."""
        self._phase = "The process is stopping."

    async def readiness(self) -> Readiness:
        """Ask every check at once and put what they find together."""
        process = CheckResult(name="process", ok=self._phase is None, message=self._phase or "The process has started.")
        found = [process, *await asyncio.gather(*(_ask(check) for check in self._checks))]
        return Readiness(ready=all(result.ok for result in found), checks=found)


async def _ask(check: Check) -> CheckResult:
    try:
        async with asyncio.timeout(_SECONDS_FOR_A_CHECK):
            finding = await check.probe()
    except TimeoutError:
        finding = Finding(False, f"It gave no answer within {_SECONDS_FOR_A_CHECK:.0f} seconds.")
    except Exception as error:  # noqa: BLE001 - whatever a probe raises, the page must answer
        finding = Finding(False, f"It failed: {type(error).__name__}.")
    return CheckResult(name=check.name, ok=finding.ok, message=finding.message)
