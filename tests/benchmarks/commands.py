"""Commands accepted per second: 16 clients, one programme process on SQLite."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from contracts.envelope import Recorded
from tests.benchmarks import processor
from tests.benchmarks.children import USUAL, Server, peer_is_installed, serving
from tests.benchmarks.http_client import closed_loop, command, connected
from tests.benchmarks.logs import put_into_database
from tests.benchmarks.measuring import BARE, OURS, PEER, Comparison, Goal, interleaved
from tests.benchmarks.pacing import at_rate
from tests.benchmarks.partnership import PARTNERS

CLIENTS = 16
_KEYED = "concordat, with keys"


class Accepted(NamedTuple):
    """Commands accepted a second, and the milliseconds of processor that the server spent on each."""

    rate: float
    spent: float


async def measure(folder: Path, log: list[Recorded], rounds: int, seconds: float) -> list[Comparison]:
    """Measure on a partnership that has the history of ``log``."""
    put_into_database(folder / "concordat", log)
    with ExitStack() as running:
        servers = {
            OURS: running.enter_context(serving("services.cli", "serve", "programme", folder=folder / "concordat")),
            BARE: running.enter_context(serving("tests.benchmarks.servers", folder=folder / "bare")),
        }
        if peer_is_installed():
            servers[PEER] = running.enter_context(serving("tests.benchmarks.peer", "serve", folder=folder / "peer"))
        numbers = count()

        async def accepted(server: Server, *, keyed: bool = False) -> Accepted:
            before = processor.taken(server.pid)
            done = await closed_loop(server.port, reports(numbers, keyed=keyed), CLIENTS, seconds)
            return Accepted(done / seconds, 1000 * (processor.taken(server.pid) - before) / done)

        contenders = {name: partial(accepted, server) for name, server in servers.items()}
        contenders[_KEYED] = partial(accepted, servers[OURS], keyed=True)
        found = await interleaved(contenders, rounds)
    rates = {name: [each.rate for each in its] for name, its in found.items()}
    spent = {name: [each.spent for each in its] for name, its in found.items()}
    return [
        Comparison("commands accepted", "per second", _without_keys(rates), Goal(0.7, at_least=True)),
        Comparison("commands accepted, each with an Idempotency-Key", "per second", _with_keys(rates)),
        Comparison("a command", "ms of processor", _without_keys(spent)),
        Comparison("a command with an Idempotency-Key", "ms of processor", _with_keys(spent)),
    ]


def _without_keys(samples: dict[str, list[float]]) -> dict[str, list[float]]:
    return {name: its for name, its in samples.items() if name != _KEYED}


def _with_keys(samples: dict[str, list[float]]) -> dict[str, list[float]]:
    return {OURS: samples[_KEYED], BARE: samples[BARE]}


def reports(numbers: Iterator[int], *, keyed: bool = False, partnership: str = USUAL) -> Iterator[bytes]:
    """Yield one command after another, each an amount that a partner reports."""
    for number in numbers:
        wish: dict[str, Any] = {
            "do": "report_quantity",
            "commitment": "C5",
            "partner": PARTNERS[number % len(PARTNERS)],
            "on": date(2015, 1, 1) + timedelta(days=number % 90),
            "amount": "1",
        }
        yield command(partnership, wish, key=f"benchmark-{number}" if keyed else "")


async def sent_at_rate(port: int, rate: float, seconds: float) -> int:
    """Send commands at a set rate and return how many that were. Raises RuntimeError where one fails."""
    requests = reports(count())
    free: asyncio.Queue[int] = asyncio.Queue()
    async with connected(port, CLIENTS) as connections:
        for number in range(CLIENTS):
            free.put_nowait(number)

        async def ask(_: int) -> None:
            number = await free.get()
            answer = await connections[number].ask(next(requests))
            free.put_nowait(number)
            if answer.status >= 300:
                raise RuntimeError(f"a command failed with {answer.status}: {answer.body.decode()}")

        await at_rate(rate, seconds, ask)
    return int(rate * seconds)
