"""Many partnerships in one deployment: how soon it is ready, what a partnership takes that nobody has asked for lately,
and what is spent at rest.

``concordat serve all`` on SQLite, with so little memory for registers that most partnerships are not in it, started
again after its timetable has looked at all of them once. Nothing falls due meanwhile: ``replicas`` has a quarter's end.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from itertools import count, islice
from pathlib import Path
from statistics import median

from services.runtime.base.settings import Settings
from tests.benchmarks import processor
from tests.benchmarks.children import Server, at_rest
from tests.benchmarks.commands import reports
from tests.benchmarks.deployment import code_of, lay_out
from tests.benchmarks.growth import resident
from tests.benchmarks.http_client import connected
from tests.benchmarks.measuring import Figure, Goal
from tests.benchmarks.partnership import Partnership
from tests.benchmarks.quarters_end import ManyPartnerships, Spent, looked_at_by_the_timetable

_MEGABYTES = 32
_ASKED = 10
_ONE_SECOND = Goal(1_000, at_least=False)
_TEN_SECONDS = Goal(10, at_least=False)


async def measure(folder: Path, lived: Partnership, number: int, seconds: float) -> list[Figure]:
    """Measure so many partnerships that have the history of ``lived``; the deployment rests for so many seconds."""
    settings = Settings(data_dir=folder / "data")
    settings.data_dir.mkdir(parents=True)
    await asyncio.to_thread(lay_out, settings, lived.events, number)
    deployment = ManyPartnerships(
        folder,
        lived,
        number,
        {"reporting": settings.reporting_database_url},
        {"CONCORDAT_REGISTERS_MEGABYTES": str(_MEGABYTES)},
    )
    name = f"{number:,} partnerships of {len(lived.events):,} events"
    deployment.clock.move_to(deployment.before_issue)
    with deployment.served() as servers:
        await looked_at_by_the_timetable(deployment, servers)
    began = time.perf_counter()
    with deployment.served() as [server]:
        ready = [
            Figure(f"{name}: ready after", "s", time.perf_counter() - began, _TEN_SECONDS),
            Figure(f"{name}: ready after", "s of processor", processor.taken(server.pid)),
        ]
        return [*ready, *await _in_use(name, server, number, seconds)]


async def _in_use(name: str, server: Server, number: int, seconds: float) -> list[Figure]:
    """Measure a deployment that has been started not long ago, while hardly anybody uses it."""
    await at_rest(server)
    before = processor.taken(server.pid)
    await asyncio.sleep(seconds)
    resting = (processor.taken(server.pid) - before) / seconds
    readiness = await _spent(server, lambda: asyncio.to_thread(server.get, "/health/ready"))
    codes = [code_of(each) for each in range(number)]
    pages = [await _spent(server, lambda code=code: _looked_at(server, code)) for code in codes[:_ASKED]]  # type: ignore[misc]
    commands = [await _spent(server, lambda code=code: _commanded(server, code)) for code in codes[-_ASKED:]]  # type: ignore[misc]
    for code in codes:
        server.get(f"/commitments/{code}", code)
        server.get(f"/packs/{code}", code)
    return [
        Figure(f"{name}: a readiness check", "ms of processor", 1_000 * readiness.processor),
        Figure(f"{name}: at rest", "% of a processor", 100 * resting),
        *_first_of(f"{name}: a partnership's first page", pages),
        *_first_of(f"{name}: a partnership's first command", commands),
        Figure(
            f"{name}: all were looked at, {_MEGABYTES} MB for registers", "MB in memory", resident(server.pid) / 1e6
        ),
    ]


def _first_of(name: str, found: list[Spent]) -> list[Figure]:
    return [
        Figure(name, "ms", 1_000 * median(each.seconds for each in found), _ONE_SECOND),
        Figure(name, "ms of processor", 1_000 * median(each.processor for each in found)),
    ]


async def _spent(server: Server, work: Callable[[], Awaitable[object]]) -> Spent:
    began, before = time.perf_counter(), processor.taken(server.pid)
    await work()
    return Spent(time.perf_counter() - began, processor.taken(server.pid) - before)


async def _looked_at(server: Server, partnership: str) -> None:
    await asyncio.to_thread(server.get, f"/projects/{partnership}", partnership)


async def _commanded(server: Server, partnership: str) -> None:
    """Send a command to a partnership. Raises RuntimeError where it is refused."""
    [wish] = islice(reports(count(), partnership=partnership), 1)
    async with connected(server.port, 1) as [connection]:
        answer = await connection.ask(wish)
    if answer.status >= 300:
        raise RuntimeError(f"a command failed with {answer.status}: {answer.body.decode()}")
