"""Is this process alive, and is it ready for work? Ready means: its own database answers and its own consumers get on.

That a broker's socket is open says nothing about either, so nothing here asks for that.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from prometheus_client import Gauge
from pydantic import BaseModel

from services.runtime.base.telemetry import REGISTRY
from services.runtime.base.trouble import Trouble
from services.runtime.base.validation_messages import as_sentence

HAS_STARTED = "The process has started."
_SECONDS_FOR_A_CHECK = 3.0
_READY = Gauge("concordat_ready", "1 where the process is ready, else 0.", registry=REGISTRY)
_PASSED = Gauge(
    "concordat_check_passed",
    "1 where a check of readiness finds that all is well, else 0; by the check's name.",
    ("check",),
    registry=REGISTRY,
)


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What a check found, with a sentence for everybody; ``named``, for the operator instead, names partnerships."""

    ok: bool
    message: str
    named: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be well for a service to be ready. ``probe`` may raise: that is a finding too."""

    name: str
    probe: Callable[[], Awaitable[ProbeResult]]


class CheckResult(BaseModel):
    """One check as it is answered."""

    name: str
    ok: bool
    message: str


class Readiness(BaseModel):
    """Whether the process is ready, and each check."""

    ready: bool
    checks: list[CheckResult]


def file_handles_check() -> Check:
    """Check that the process can still open a file."""
    trouble = Trouble(__name__, "no file handle is left", "there are file handles again")

    async def probe() -> ProbeResult:
        try:
            os.close(os.open(os.devnull, os.O_RDONLY))
        except OSError as error:
            trouble.met(error)
            return ProbeResult(
                False, f"None is left ({error.strerror}); the limit on open files says how many there are."
            )
        trouble.over()
        return ProbeResult(True, "Available.")

    return Check("file handles", probe)


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

    async def readiness(self, *, naming: bool = False) -> Readiness:
        """Ask every check at once and put what they find together; with ``naming`` as the operator is told it.

        The metrics then say the same.
        """
        process = CheckResult(name="process", ok=self._phase is None, message=self._phase or HAS_STARTED)
        found = [process, *await asyncio.gather(*(_ask(check, naming) for check in self._checks))]
        readiness = Readiness(ready=all(result.ok for result in found), checks=found)
        _READY.set(readiness.ready)
        for result in found:
            _PASSED.labels(result.name).set(result.ok)
        return readiness


async def _ask(check: Check, naming: bool) -> CheckResult:
    try:
        async with asyncio.timeout(_SECONDS_FOR_A_CHECK):
            finding = await check.probe()
    except TimeoutError:
        finding = ProbeResult(False, f"No answer within {_SECONDS_FOR_A_CHECK:.0f} seconds.")
    except Exception as error:  # noqa: BLE001 - whatever a probe raises, the page must answer
        finding = ProbeResult(False, f"It failed: {type(error).__name__}.")
    named = finding.named if naming else None
    return CheckResult(name=check.name, ok=finding.ok, message=named or finding.message)
