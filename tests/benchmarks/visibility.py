"""From an event's commit to its being visible in reporting, at a set rate and at a fifth of what can be borne."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median

from contracts.envelope import Recorded
from tests.benchmarks.chain import Brought
from tests.benchmarks.children import Server, asked, peer_is_installed, serving
from tests.benchmarks.commands import CLIENTS, reports, sent_at_rate
from tests.benchmarks.http_client import closed_loop
from tests.benchmarks.logs import put_into_database
from tests.benchmarks.measuring import (
    BARE,
    OURS,
    PEER,
    Comparison,
    Figure,
    Goal,
    Measure,
    Result,
    interleaved,
    percentile,
)

RATE = 200.0
"""Events a second; on a slow machine that is near what one process carries."""
_SHARE = 5
_SETTLING_SECONDS = 0.5


async def measure(folder: Path, log: list[Recorded], rounds: int, seconds: float) -> list[Result]:
    """Measure with all services in one process, which takes the commands over HTTP."""
    put_into_database(folder / "concordat", log)
    with serving("tests.benchmarks.watched", folder=folder / "concordat") as server:
        await _drained(server)
        borne = await closed_loop(server.port, reports(count()), CLIENTS, seconds) / seconds
        await _drained(server)
        return [
            Figure("commands accepted while all services follow", "per second", borne),
            *await _measured(folder / "set", server, rounds, RATE, seconds),
            *await _measured(folder / "share", server, rounds, borne / _SHARE, seconds),
        ]


async def _measured(folder: Path, server: Server, rounds: int, rate: float, seconds: float) -> list[Result]:
    numbers = count()

    async def other(*module: str) -> list[float]:
        place = str(folder / f"other-{next(numbers)}")
        return Brought(*await asyncio.to_thread(asked, *module, place, str(rate), str(seconds))).waited

    contenders: dict[str, Measure[list[float]]] = {
        OURS: partial(_visible, server, rate, seconds),
        BARE: partial(other, "tests.benchmarks.chain"),
    }
    if peer_is_installed():
        contenders[PEER] = partial(other, "tests.benchmarks.peer", "chain")
    waited = await interleaved(contenders, rounds)
    medians = {name: [median(one) for one in each] for name, each in waited.items()}
    slowest = {name: [percentile(one, 99) for one in each] for name, each in waited.items()}
    every = [each for one in waited[OURS] for each in one]
    of = f"committed → visible at {rate:.0f}/s"
    return [
        Comparison(f"{of}, 50 % of events", "ms", medians, Goal(3, at_least=False)),
        Comparison(f"{of}, 99 % of events", "ms", slowest),
        Figure(f"{of}, 99 % of all events", "ms", percentile(every, 99), Goal(25, at_least=False)),
    ]


async def _drained(server: Server) -> None:
    """Wait until everything there is has been taken in by all services."""
    while json.loads(await asyncio.to_thread(server.get, "/benchmarks/state"))["backlog"]:  # noqa: ASYNC110
        await asyncio.sleep(0.2)


async def _visible(server: Server, rate: float, seconds: float) -> list[float]:
    await asyncio.to_thread(server.get, "/benchmarks/visible")
    sent = await sent_at_rate(server.port, rate, seconds)
    await asyncio.sleep(_SETTLING_SECONDS)  # the last are on their way, and nothing asks for them meanwhile
    await _drained(server)
    waited: list[float] = json.loads(await asyncio.to_thread(server.get, "/benchmarks/visible"))
    if len(waited) < sent:
        raise RuntimeError(f"{len(waited)} of {sent} events had become visible once all were taken in")
    return waited
