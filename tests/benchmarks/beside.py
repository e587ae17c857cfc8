"""Reads beside writes: what commands lose while twenty people read the heaviest pages as fast as they are answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from itertools import count
from pathlib import Path

from contracts.envelope import Recorded
from tests.benchmarks.children import Server, serving
from tests.benchmarks.commands import CLIENTS, reports
from tests.benchmarks.http_client import Connection, closed_loop, connected, reading
from tests.benchmarks.logs import put_into_database
from tests.benchmarks.measuring import OURS, Comparison, Figure, Goal, Measure, Result, interleaved, percentile

READERS = 20
ALONE = "alone"
_GOAL = Goal(0.9, at_least=True)
HEAVIEST = {"programme": "/api/v1/partnerships/LAP/decisions", "all": "/commitments/LAP"}
"""By what is served, the page that takes longest to make."""


async def measure(folder: Path, log: list[Recorded], rounds: int, seconds: float) -> list[Result]:
    """Measure on a partnership that has the history of ``log``, one process after the other."""
    results: list[Result] = []
    for served, page in HEAVIEST.items():
        put_into_database(folder / served, log)
        results += await measured(folder / served, served, page, rounds, seconds)
    return results


async def measured(folder: Path, served: str, page: str, rounds: int, seconds: float) -> list[Result]:
    """Measure what is ``served`` from ``folder``, with and without readers of ``page``."""
    waits: list[float] = []
    with ExitStack() as running:
        server = running.enter_context(serving("services.cli", "serve", served, folder=folder))
        await asyncio.to_thread(server.wait_for, page)
        requests = reports(count())

        async def alone() -> float:
            return await closed_loop(server.port, requests, CLIENTS, seconds) / seconds

        async def beside() -> float:
            async with _read_on(server, page, waits):
                return await alone()

        contenders: dict[str, Measure[float]] = {OURS: beside, ALONE: alone}
        samples = await interleaved(contenders, rounds)
    name = f"commands beside {READERS} readers of {page}, serve {served}"
    return [
        Comparison(name, "per second", samples, _GOAL, base=ALONE),
        *(Figure(f"until a reader is answered then, p{part}", "s", percentile(waits, part)) for part in (50, 99)),
    ]


@asynccontextmanager
async def _read_on(server: Server, page: str, waits: list[float]) -> AsyncIterator[None]:
    """Have the readers ask for ``page`` again as soon as they are answered, until the block ends.

    The seconds until each answer are added to ``waits``.
    """
    request = reading(page)
    now = asyncio.get_running_loop().time

    async def once(connection: Connection) -> None:
        asked_at = now()
        answer = await connection.ask(request)
        waits.append(now() - asked_at)
        if answer.status != 200:
            raise RuntimeError(f"{page} failed with {answer.status}: {answer.body.decode()}")

    async def one(connection: Connection) -> None:
        while True:
            await once(connection)

    async with connected(server.port, READERS) as connections:
        await once(connections[0])  # however short the spell is, somebody has been answered
        readers = [asyncio.create_task(one(connection)) for connection in connections]
        try:
            yield
        finally:
            failed = [each for each in readers if each.done()]
            for each in readers:
                each.cancel()
            await asyncio.gather(*readers, return_exceptions=True)
        for each in failed:
            each.result()
