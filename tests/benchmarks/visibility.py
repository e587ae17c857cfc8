"""From an event's commit to its being visible in reporting, at 200 events a second."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median

from contracts.envelope import Recorded
from tests.benchmarks.chain import RATE
from tests.benchmarks.children import Server, asked, serving
from tests.benchmarks.commands import reports
from tests.benchmarks.http_client import connected
from tests.benchmarks.logs import put_into_database
from tests.benchmarks.measuring import BARE, OURS, PEER, Comparison, Figure, Goal, Result, interleaved, percentile
from tests.benchmarks.pacing import at_rate

_CONNECTIONS = 16


async def measure(folder: Path, log: list[Recorded], rounds: int, seconds: float) -> list[Result]:
    """Measure with all services in one process, which takes the commands over HTTP."""
    put_into_database(folder / "concordat", log)
    numbers = count()
    waited: list[list[float]] = []
    others: dict[str, list[float]] = {BARE: [], PEER: []}
    with serving("tests.benchmarks.watched", folder=folder / "concordat") as server:
        await _at_rest(server)

        async def ours() -> float:
            waited.append(await _visible(server, seconds))
            return median(waited[-1])

        async def other(way: str, name: str) -> float:
            place = folder / f"{way}-{next(numbers)}"
            measured = await asyncio.to_thread(asked, "tests.benchmarks.chain", way, str(place), str(seconds))
            others[name].append(percentile(measured, 99))
            return median(measured)

        contenders = {OURS: ours, BARE: partial(other, "bare", BARE), PEER: partial(other, "peer", PEER)}
        samples = await interleaved(contenders, rounds)
    slowest = {OURS: [percentile(each, 99) for each in waited[1:]], **{name: each[1:] for name, each in others.items()}}
    every = [each for one in waited[1:] for each in one]
    return [
        Comparison("committed → visible, 50 % of events", "ms", samples, Goal(3, at_least=False)),
        Comparison("committed → visible, 99 % of events", "ms", slowest),
        Figure("committed → visible, 99 % of all events", "ms", percentile(every, 99), Goal(25, at_least=False)),
    ]


async def _at_rest(server: Server) -> None:
    """Wait until the history that the services found has been taken in by all of them."""
    while json.loads(await asyncio.to_thread(server.get, "/benchmarks/state"))["backlog"]:  # noqa: ASYNC110
        await asyncio.sleep(0.2)


async def _visible(server: Server, seconds: float) -> list[float]:
    requests = reports(count())
    free: asyncio.Queue[int] = asyncio.Queue()
    async with connected(server.port, _CONNECTIONS) as connections:
        for number in range(_CONNECTIONS):
            free.put_nowait(number)

        async def ask(_: int) -> None:
            number = await free.get()
            answer = await connections[number].ask(next(requests))
            free.put_nowait(number)
            if answer.status >= 300:
                raise RuntimeError(f"a command failed with {answer.status}: {answer.body.decode()}")

        await asyncio.to_thread(server.get, "/benchmarks/visible")
        await at_rate(RATE, seconds, ask)
        await asyncio.sleep(0.5)
    waited: list[float] = json.loads(await asyncio.to_thread(server.get, "/benchmarks/visible"))
    if len(waited) < RATE * seconds:
        raise RuntimeError(f"{len(waited)} of {RATE * seconds:.0f} events had become visible half a second later")
    return waited
