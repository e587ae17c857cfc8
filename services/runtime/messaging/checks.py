"""Whether a service's consumers get on, and which dead letters they have: checks of its readiness."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from prometheus_client import Gauge

from services.runtime.base.clock import Clock
from services.runtime.base.health import Check, ProbeResult
from services.runtime.base.telemetry import REGISTRY
from services.runtime.messaging import dead_letters
from services.runtime.store.database import Database

WAITING = Gauge(
    "concordat_consumer_waiting",
    "Messages that a consumer has still to take in, and events that a relay has still to send.",
    ("consumer",),
    registry=REGISTRY,
)

DEAD_LETTERS = Gauge(
    "concordat_dead_letters",
    "Dead letters of a consumer, which wait for a person.",
    ("consumer",),
    registry=REGISTRY,
)

BLOCKED = Gauge(
    "concordat_blocked_partnerships",
    "Partnerships with which a service cannot go on, because the stream lost events or one cannot be taken in.",
    ("service",),
    registry=REGISTRY,
)


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

    async def probe() -> ProbeResult:
        waiting = await lag()
        WAITING.labels(name).set(waiting)
        if waiting == 0:
            return ProbeResult(True, "Caught up.")
        since = last_progress()
        behind = f"{waiting} message{' is' if waiting == 1 else 's are'} waiting"
        if since is None:
            return ProbeResult(False, f"{behind} and none has been processed yet.")
        still = (clock.now() - since).total_seconds()
        if still > stalled_seconds:
            return ProbeResult(False, f"{behind} and none has been processed for {still:.0f} seconds.")
        return ProbeResult(True, f"{behind}; catching up.")

    return Check(name, probe)


def blockage(service: str, blocked: Mapping[str, str], way_out: str = "") -> ProbeResult:
    """Return what is to be said of partnerships blocked in a service: how many, and to the operator which and why."""
    BLOCKED.labels(service).set(len(blocked))
    if not blocked:
        return ProbeResult(True, "No partnership is blocked.")
    several = "1 partnership is" if len(blocked) == 1 else f"{len(blocked)} partnerships are"
    reasons = "; ".join(f"{code}: {reason}" for code, reason in sorted(blocked.items()))
    return ProbeResult(
        False,
        f"{several} blocked; who sends the deployment’s token is told which.",
        f"Blocked partnerships: {reasons}.{way_out}",
    )


def dead_letters_check(service: str, database: Database, consumers: Sequence[str], page: str) -> Check:
    """Tell of a service's dead letters, shown at ``page``. They hold nobody up, so it is ready all the same."""

    async def probe() -> ProbeResult:
        numbers = await database.read(dead_letters.numbers)
        for consumer in {*consumers, *numbers}:
            DEAD_LETTERS.labels(consumer).set(numbers.get(consumer, 0))
        total = sum(numbers.values())
        if total == 0:
            return ProbeResult(True, "There are none.")
        waits = "1 waits" if total == 1 else f"{total} wait"
        return ProbeResult(True, f"{waits} for a person, at {page} or with concordat dead-letters list.")

    return Check(f"dead letters of {service}", probe)
