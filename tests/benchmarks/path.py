"""What the processor spends on an event, stage by stage, beside the bare chain, at a set rate."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from itertools import count, pairwise
from pathlib import Path
from statistics import median
from typing import NamedTuple

from contracts.envelope import Recorded
from tests.benchmarks import processor
from tests.benchmarks.chain import Brought
from tests.benchmarks.children import Server, asked, at_rest, serving
from tests.benchmarks.commands import sent_at_rate
from tests.benchmarks.logs import put_into_database
from tests.benchmarks.measuring import BARE, OURS, Comparison, Figure, Goal, Result, interleaved
from tests.benchmarks.visibility import RATE
from tests.benchmarks.watched import STAGES

_HANDLER = "bare handler"
_UNIT = "ms of processor"
_SETTLING_SECONDS = 0.5


class Spent(NamedTuple):
    """Milliseconds of processor for each event, in the process and in its broker."""

    process: float
    broker: float = 0.0


async def measure(folder: Path, log: list[Recorded], rounds: int, seconds: float) -> list[Result]:
    """Measure each stage in a process of its own that goes no further, all by turns."""
    numbers = count()

    async def chain() -> Spent:
        place = str(folder / f"chain-{next(numbers)}")
        brought = Brought(*await asyncio.to_thread(asked, "tests.benchmarks.chain", place, str(RATE), str(seconds)))
        return Spent(*(1000 * each / len(brought.waited) for each in (brought.process, brought.broker)))

    with ExitStack() as running:
        servers = {_HANDLER: running.enter_context(serving("tests.benchmarks.servers", folder=folder / "bare"))}
        for stage in STAGES:
            put_into_database(folder / stage, log)
            servers[stage] = running.enter_context(
                serving("tests.benchmarks.watched", stage, folder=folder / stage, ready="/health/live")
            )
        for server in servers.values():
            await at_rest(server)
        contenders = {name: partial(_spent, server, seconds) for name, server in servers.items()}
        return _results(await interleaved({**contenders, BARE: chain}, rounds))


async def _spent(server: Server, seconds: float) -> Spent:
    processes = [server.pid, *processor.children(server.pid)]
    before = [processor.taken(pid) for pid in processes]
    sent = await sent_at_rate(server.port, RATE, seconds)
    await asyncio.sleep(_SETTLING_SECONDS)
    return Spent(*(1000 * (processor.taken(pid) - was) / sent for pid, was in zip(processes, before, strict=True)))


def _results(found: dict[str, list[Spent]]) -> list[Result]:
    process = {name: [each.process for each in spent] for name, spent in found.items()}
    whole = {name: [sum(each) for each in spent] for name, spent in found.items()}
    first, *_, last = STAGES
    accepted = {OURS: process[first], BARE: process[_HANDLER]}
    broker = {OURS: [each.broker for each in found[last]], BARE: [each.broker for each in found[BARE]]}
    path = {OURS: whole[last], BARE: whole[BARE]}
    from_request = {OURS: whole[last], BARE: _sums(whole[BARE], process[_HANDLER])}
    return [
        Comparison(f"an event: {first}", _UNIT, accepted),
        *(
            Figure(f"an event: {stage}", _UNIT, median(_sums(process[stage], process[before], sign=-1)))
            for before, stage in pairwise(STAGES)
        ),
        Comparison("an event: broker", _UNIT, broker),
        Comparison("an event: its whole path, beside the bare chain", _UNIT, path, Goal(2, at_least=False)),
        Comparison("an event: its whole path, beside the bare handler and chain", _UNIT, from_request),
    ]


def _sums(values: Sequence[float], others: Sequence[float], sign: int = 1) -> list[float]:
    return [value + sign * other for value, other in zip(values, others, strict=True)]
