"""Whether a service's consumers get on, and which dead letters they have: checks of its readiness."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

import nats.errors
from prometheus_client import Gauge

from services.runtime.base.clock import Clock
from services.runtime.base.health import Check, ProbeResult
from services.runtime.base.telemetry import REGISTRY
from services.runtime.base.validation_messages import as_sentence
from services.runtime.messaging import dead_letters
from services.runtime.messaging.broker_words import broker_words
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
    trouble: Callable[[], str | None] = lambda: None,
) -> Check:
    """Check that a consumer has caught up, or is getting on.

    ``lag`` returns how many messages it has still to take in, ``last_progress`` when it last took one in, ``trouble``
    what keeps it from that, where it knows. Time counts from when a message was first seen to wait: nobody makes
    progress where there is nothing to do.
    """
    waiting_since: datetime | None = None

    async def probe() -> ProbeResult:
        nonlocal waiting_since
        try:
            waiting = await lag()
        except (nats.errors.Error, TimeoutError) as error:
            return ProbeResult(False, as_sentence(broker_words(error)))
        WAITING.labels(name).set(waiting)
        if waiting == 0:
            waiting_since = None
            return ProbeResult(True, "Caught up.")
        now = clock.now()
        waiting_since = waiting_since or now
        behind = f"{waiting} message{' is' if waiting == 1 else 's are'} waiting"
        still = (now - max(last_progress() or waiting_since, waiting_since)).total_seconds()
        if still > stalled_seconds:
            why = trouble()
            because = f": {why}" if why else ""
            return ProbeResult(False, f"{behind} and none has been processed for {still:.0f} seconds{because}.")
        return ProbeResult(True, f"{behind}; catching up.")

    return Check(name, probe)


def blockage(service: str, blocked: Mapping[str, str], page: str) -> ProbeResult:
    """Return what is to be said of partnerships blocked in a service: how many, and to the operator which and why.

    ``page`` shows more about each.
    """
    BLOCKED.labels(service).set(len(blocked))
    if not blocked:
        return ProbeResult(True, "No partnership is blocked.")
    several = "1 partnership is" if len(blocked) == 1 else f"{len(blocked)} partnerships are"
    reasons = "; ".join(f"{code}: {reason}" for code, reason in sorted(blocked.items()))
    return ProbeResult(
        False,
        f"{several} blocked; who sends the deployment’s token is told which.",
        f"Blocked partnerships: {reasons}. What to do is at {page}, or with concordat blocked-partnerships list.",
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
