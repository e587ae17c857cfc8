"""Load as a quarter's end brings it: requests at a set rate, whatever becomes of those before, over HTTP.

The time of a request counts from the instant at which it was due, so that a service that is slow cannot hide it by
having fewer requests made.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, cycle
from random import Random

from domain.calendar import Period
from tests.benchmarks import http_client
from tests.benchmarks.http_client import Answer, Connection
from tests.benchmarks.measuring import percentile
from tests.benchmarks.pacing import at_rate
from tests.benchmarks.partnership import Partnership

MOST_CONNECTIONS = 1_000
_PATIENCE_SECONDS = 30.0
_PAGES = (
    *("/home/LAP", "/commitments/LAP", "/projects/LAP", "/packs/LAP"),
    *("/api/v1/partnerships/LAP", "/api/v1/partnerships/LAP/events?limit=50"),
)
_SHARE_OF_READING = 0.3


@dataclass
class Tally:
    """What became of the requests of one spell: the milliseconds of each, and how many had which status.

    ``promised`` are commands answered with success; ``abrupt`` are requests that got no answer at all, and 503s that do
    not say when to come back.
    """

    milliseconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    promised: int = 0
    abrupt: int = 0

    @property
    def served(self) -> int:
        """How many requests were carried out, or refused for a reason that lies in the request."""
        return sum(number for status, number in self.statuses.items() if status < 500)

    @property
    def shed(self) -> int:
        """How many were turned away, with the time at which to come back."""
        return self.statuses[503]

    @property
    def total(self) -> int:
        """How many requests were made."""
        return sum(self.statuses.values()) + self.abrupt

    def at(self, percent: float) -> float:
        """Return the milliseconds within which so many percent of the requests that were served were answered."""
        return percentile(self.milliseconds, percent) if self.milliseconds else float("inf")


class QuarterEnd:
    """An endless mix of what partners send and of what they look at in the fortnight after a quarter."""

    def __init__(self, lived: Partnership, quarter: Period, seed: int = 1) -> None:
        self._chance = Random(seed)
        self._reports = cycle([wish for wish in lived.returns(quarter) if wish["do"] != "submit_return"])
        self._pages = cycle(_PAGES)
        self._keys = count()
        self._run = self._chance.randrange(10**9)

    def __iter__(self) -> Iterator[tuple[bool, bytes]]:
        """Yield requests, each with whether it is a command."""
        while True:
            if self._chance.random() < _SHARE_OF_READING:
                yield False, http_client.reading(next(self._pages))
            else:
                key = f"quarter-end-{self._run}-{next(self._keys)}"
                yield True, http_client.command("LAP", next(self._reports), key)


class Crowd:
    """Sends requests on as many connections as it takes, up to ``MOST_CONNECTIONS``."""

    def __init__(self, port: int, requests: QuarterEnd) -> None:
        self._port = port
        self._requests = iter(requests)
        self._free: list[Connection] = []
        self._open = asyncio.Semaphore(MOST_CONNECTIONS)

    async def spell(self, rate: float, seconds: float) -> Tally:
        """Make requests at ``rate`` a second for so many seconds and wait for their answers."""
        tally = Tally()
        began = asyncio.get_running_loop().time()

        async def one(number: int) -> None:
            await self._one(tally, due=began + number / rate)

        await at_rate(rate, seconds, one)
        return tally

    def leave(self) -> None:
        """Hang up everywhere."""
        for connection in self._free:
            connection.close()
        self._free.clear()

    async def _one(self, tally: Tally, due: float) -> None:
        is_command, request = next(self._requests)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS), self._open:
                answer = await self._ask(request)
        except (OSError, TimeoutError):
            tally.abrupt += 1
            return
        tally.statuses[answer.status] += 1
        if answer.status < 500:
            tally.milliseconds.append((asyncio.get_running_loop().time() - due) * 1000)
        if answer.status < 300 and is_command:
            tally.promised += 1
        if answer.status == 503 and answer.retry_after is None:
            tally.abrupt += 1

    async def _ask(self, request: bytes) -> Answer:
        connection = await self._connection()
        try:
            answer = await connection.ask(request)
        except BaseException:
            connection.close()
            raise
        self._free.append(connection)
        return answer

    async def _connection(self) -> Connection:
        while self._free:
            connection = self._free.pop()
            if connection.is_open:
                return connection
        return await http_client.connect(self._port)
