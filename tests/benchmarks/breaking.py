"""The rate at which latency breaks, and what happens beyond it: ``python -m tests.benchmarks.breaking``."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop

from tests.benchmarks.children import Server, serving
from tests.benchmarks.load import Crowd, QuarterEnd, Tally
from tests.benchmarks.logs import put_into_database
from tests.benchmarks.partnership import Partnership, partnership

SLOW_MILLISECONDS = 250.0
"""Latency has broken where more than one request in a hundred takes longer, or is not served."""
_LOWEST = 25.0
_STEPS = 4


@dataclass
class Found:
    """The highest rate that was borne, what each rate came to, and what happened at three times the highest.

    ``promised`` are the commands that were answered with success at all of them.
    """

    borne: float
    rates: list[dict[str, Any]]
    overload: dict[str, Any]

    @property
    def promised(self) -> int:
        return sum(each["promised"] for each in (*self.rates, self.overload))


async def break_it(server: Server, requests: QuarterEnd, seconds: float) -> Found:
    """Find the rate at which latency breaks; then ask for three times as much."""
    rates: list[dict[str, Any]] = []

    async def bears(rate: float) -> bool:
        tally = await _spell(server, requests, rate, seconds)
        rates.append({"rate": rate, **described(tally)})
        await asyncio.sleep(2)
        return tally.at(99) <= SLOW_MILLISECONDS and tally.served >= 0.99 * tally.total

    low = high = _LOWEST
    while await bears(high):
        low, high = high, 2 * high
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if await bears(middle) else (low, middle)
    beyond = await _spell(server, requests, 3 * high, seconds)
    return Found(low, rates, {"rate": 3 * high, **described(beyond)})


def described(tally: Tally) -> dict[str, Any]:
    """Return a tally for a report."""
    return {
        "served": tally.served,
        "shed": tally.shed,
        "abrupt": tally.abrupt,
        "promised": tally.promised,
        "p50 ms": round(tally.at(50), 1),
        "p99 ms": round(tally.at(99), 1),
        "statuses": dict(sorted(tally.statuses.items())),
    }


async def _spell(server: Server, requests: QuarterEnd, rate: float, seconds: float) -> Tally:
    crowd = Crowd(server.port, requests)
    try:
        return await crowd.spell(rate, seconds)
    finally:
        crowd.leave()


def quarter_end(lived: Partnership) -> QuarterEnd:
    """Return the requests of the last quarter's end that ``lived`` has seen."""
    calendar = lived.register.calendar
    return QuarterEnd(lived, calendar.last_ended_quarter(calendar.local_date(lived.now)))


async def main(seconds: float) -> None:
    """Find the rate and say it."""
    lived = partnership()
    with tempfile.TemporaryDirectory(prefix="concordat-load-") as place:
        folder = Path(place)
        put_into_database(folder, lived.events)
        with serving("services.cli", "serve", "all", folder=folder) as server:
            found = await break_it(server, quarter_end(lived), seconds)
    for each in (*found.rates, found.overload):
        print(json.dumps(each))
    print(json.dumps({"borne": found.borne}))


if __name__ == "__main__":
    uvloop.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0))
