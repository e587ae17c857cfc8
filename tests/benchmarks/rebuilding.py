"""Rebuilding reporting from the stream, and the least that reads a stream into a table.

``python -m tests.benchmarks.rebuilding FOLDER ROUNDS 3x1…`` measures in a process of its own and says as JSON how many
events a second each way took with three years of history of one partnership and so on, all by turns.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Self

import uvloop
from nats.aio.client import Client
from nats.aio.msg import Msg

from contracts.envelope import Envelope, Recorded
from services.reporting.registers import Registers
from services.reporting.service import ReportingService
from services.runtime.base.clock import SystemClock
from services.runtime.base.gc_control import settle
from services.runtime.base.settings import Settings
from services.runtime.messaging import streams
from services.runtime.messaging.broker import BrokerAddress, connect
from services.runtime.messaging.broker_rights import OPERATOR
from services.runtime.messaging.streams import PROGRAMME
from services.runtime.process.embedded_nats import EmbeddedNats
from services.runtime.process.lifecycle import Foundation
from tests.benchmarks.logs import put_onto_stream
from tests.benchmarks.measuring import BARE, OURS, Measure, interleaved
from tests.benchmarks.partnership import partnership, siblings
from tests.parts.seals import keyrings

_BATCH = 2_000
_CREATE = """
CREATE TABLE journal (
    partnership TEXT, version INTEGER, recorded_at TEXT, chain TEXT, body BLOB, PRIMARY KEY (partnership, version)
) WITHOUT ROWID
"""
_UPSERT = """
INSERT INTO journal VALUES (?, ?, ?, ?, ?)
ON CONFLICT (partnership, version) DO UPDATE SET chain = excluded.chain, body = excluded.body
"""
WITH_REGISTER = "with the register"


@asynccontextmanager
async def stream_with(folder: Path, *logs: Sequence[Recorded]) -> AsyncIterator[tuple[Client, BrokerAddress]]:
    """Run a broker whose stream holds these logs."""
    server = EmbeddedNats(folder / "nats")
    await server.start()
    address = server.access(OPERATOR)
    connection = await connect(address, "benchmark")
    try:
        await streams.apply(connection)
        await put_onto_stream(connection, *logs)
        yield connection, address
    finally:
        await connection.close()
        await server.stop()


class Rebuild:
    """Reporting, rebuilt again and again from one stream that holds so many events of each partnership."""

    def __init__(self, folder: Path, connection: Client, address: BrokerAddress, events: Mapping[str, int]) -> None:
        settings = Settings(data_dir=folder)
        self._service = ReportingService(
            Foundation(settings, SystemClock(), address, connection, keyrings()), keeps_timetable=False
        )
        self._events = events

    async def __aenter__(self) -> Self:
        await self._service.start()
        await self._to_the_end()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._service.stop()

    async def journal(self) -> float:
        """Return the seconds that the journal takes."""
        began = time.perf_counter()
        await self._service.follower.rebuild()
        await self._to_the_end()
        return time.perf_counter() - began

    async def journal_and_registers(self) -> float:
        """Return the seconds until the journal is there and each partnership's register with it."""
        began = time.perf_counter()
        await self.journal()
        folded = Registers(self._service.database)  # anew, so that it has none in memory
        for code in self._events:
            await asyncio.to_thread(folded.view, code, lambda register: register.position)
        return time.perf_counter() - began

    async def _to_the_end(self) -> None:
        while self._service.follower.lag() != 0 or self._lacks_some():  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.002)

    def _lacks_some(self) -> bool:
        return any(self._service.follower.position(code).version < last for code, last in self._events.items())


async def bare(folder: Path, connection: Client, total: int) -> float:
    """Return the seconds that an ordered consumer, pydantic and batches of upserts take."""
    database = _database(folder)
    rows: list[tuple[Any, ...]] = []
    done = asyncio.Event()
    taken = 0
    began = time.perf_counter()

    async def arrived(message: Msg) -> None:
        nonlocal taken
        taken += 1
        head, _, tail = message.data.rpartition(b',"chain":"')
        body, chain = head + b"}", tail[:64].decode()
        envelope = Envelope.model_validate_json(body)
        rows.append((envelope.partnership, envelope.version, envelope.time.isoformat(), chain, body))
        if len(rows) == _BATCH or taken == total:
            _upsert(database, rows)
            rows.clear()
        if taken == total:
            done.set()

    subscription = await connection.jetstream(timeout=60).subscribe(
        "programme.>",
        stream=PROGRAMME,
        ordered_consumer=True,
        cb=arrived,
        pending_msgs_limit=-1,
        pending_bytes_limit=-1,
    )
    await done.wait()
    seconds = time.perf_counter() - began
    await subscription.unsubscribe()
    database.close()
    return seconds


def _database(folder: Path) -> sqlite3.Connection:
    file = folder / f"bare-{next(_numbers)}.db"
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute(_CREATE)
    return database


def _upsert(database: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> None:
    database.execute("BEGIN IMMEDIATE")
    database.executemany(_UPSERT, rows)
    database.execute("COMMIT")


_numbers = count()


async def measured(folder: Path, rounds: int, sizes: Sequence[str]) -> dict[str, Any]:
    """Return, by size, how many events the stream holds and the samples of each way, in events a second."""
    ways: dict[str, Measure[float]] = {}
    totals: dict[str, int] = {}
    async with AsyncExitStack() as running:
        for size in sizes:
            years, count = map(int, size.split("x"))
            logs, place = list(siblings(partnership(years).events, count)), folder / size
            totals[size] = sum(map(len, logs))
            connection, address = await running.enter_async_context(stream_with(place, *logs))
            events = {log[0].partnership: len(log) for log in logs}
            rebuild = Rebuild(place / "concordat", connection, address, events)
            await running.enter_async_context(rebuild)
            its = {
                OURS: rebuild.journal,
                WITH_REGISTER: rebuild.journal_and_registers,
                BARE: partial(bare, place, connection, totals[size]),
            }
            ways |= {f"{size} {way}": partial(_speed, seconds, totals[size]) for way, seconds in its.items()}
        settle()  # as a service does once it has started: the logs that were put there are not the follower's garbage
        samples = await interleaved(ways, rounds)
    return {
        size: {"events": total, "samples": {way: samples[f"{size} {way}"] for way in (OURS, WITH_REGISTER, BARE)}}
        for size, total in totals.items()
    }


async def _speed(seconds: Measure[float], events: int) -> float:
    return events / await seconds()


if __name__ == "__main__":
    found = uvloop.run(measured(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
    sys.stdout.write(json.dumps(found) + "\n")
