"""Commands accepted per second: 16 clients, one programme process on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from contracts.envelope import Recorded
from tests.benchmarks.children import Server, serving
from tests.benchmarks.http_client import closed_loop, command
from tests.benchmarks.logs import put_into_database
from tests.benchmarks.measuring import BARE, OURS, PEER, Comparison, Goal, interleaved
from tests.benchmarks.partnership import PARTNERS

CLIENTS = 16


async def measure(folder: Path, log: list[Recorded], rounds: int, seconds: float) -> list[Comparison]:
    """Measure on a partnership that has the history of ``log``."""
    put_into_database(folder / "concordat", log)
    with ExitStack() as running:
        servers = {
            OURS: running.enter_context(serving("services.cli", "serve", "programme", folder=folder / "concordat")),
            BARE: running.enter_context(serving("tests.benchmarks.servers", "bare", folder=folder / "bare")),
            PEER: running.enter_context(serving("tests.benchmarks.servers", "peer", folder=folder / "peer")),
        }
        numbers = count()

        async def accepted(server: Server, *, keyed: bool = False) -> float:
            return await closed_loop(server.port, reports(numbers, keyed=keyed), CLIENTS, seconds)

        contenders = {name: partial(accepted, server) for name, server in servers.items()}
        contenders["with keys"] = partial(accepted, servers[OURS], keyed=True)
        samples = await interleaved(contenders, rounds)
    keyed = {OURS: samples.pop("with keys"), BARE: samples[BARE]}
    return [
        Comparison("commands accepted", "per second", samples, Goal(0.7, at_least=True)),
        Comparison("commands accepted, each with an Idempotency-Key", "per second", keyed),
    ]


def reports(numbers: Iterator[int], *, keyed: bool = False) -> Iterator[bytes]:
    """Yield one command after another, each an amount that a partner reports."""
    for number in numbers:
        wish: dict[str, Any] = {
            "do": "report_quantity",
            "commitment": "C5",
            "partner": PARTNERS[number % len(PARTNERS)],
            "on": date(2015, 1, 1) + timedelta(days=number % 90),
            "amount": "1",
        }
        yield command("LAP", wish, key=f"benchmark-{number}" if keyed else "")
