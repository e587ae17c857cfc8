"""The least that brings events from where they happen to where they are seen, at a set rate: publish, push, upsert.

``python -m tests.benchmarks.chain FOLDER RATE SECONDS`` says as JSON what it took.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable
from os import getpid
from pathlib import Path
from typing import NamedTuple

import uvloop
from nats.aio.msg import Msg

from services.runtime.messaging import streams
from services.runtime.messaging.broker import connect
from services.runtime.messaging.broker_rights import OPERATOR
from services.runtime.messaging.streams import PROGRAMME
from services.runtime.process.embedded_nats import EmbeddedNats
from tests.benchmarks import processor
from tests.benchmarks.pacing import at_rate

_PAYLOAD = b"x" * 500


class Brought(NamedTuple):
    """What it took to bring events: the milliseconds of each, and the seconds of the processor for all together, in the
    process and in its broker.
    """

    waited: list[float]
    process: float
    broker: float


async def bring(folder: Path, rate: float, seconds: float) -> Brought:
    """Publish to a stream that is forced to the disk; upsert what is pushed, forced to the disk as well."""
    database = _database(folder / "bare.db")
    server = EmbeddedNats(folder / "nats")
    await server.start()
    connection = await connect(server.access(OPERATOR), "benchmark")
    jetstream = connection.jetstream(timeout=60)
    begun: dict[int, float] = {}
    waited: list[float] = []
    await streams.apply(connection, durables=())

    async def arrived(message: Msg) -> None:
        number = int(message.data.partition(b" ")[0])
        _upsert(database, number, message.data)
        waited.append((time.perf_counter() - begun[number]) * 1000)

    async def publish(number: int) -> None:
        begun[number] = time.perf_counter()
        await jetstream.publish(f"programme.LAP.{number % 7}", b"%d %s" % (number, _PAYLOAD), stream=PROGRAMME)

    await jetstream.subscribe("programme.>", stream=PROGRAMME, ordered_consumer=True, cb=arrived)
    [broker] = processor.children(getpid())
    before = time.process_time(), processor.taken(broker)
    await at_rate(rate, seconds, publish)
    while len(waited) < len(begun):  # noqa: ASYNC110 - it is over in a moment
        await asyncio.sleep(0.01)
    spent = time.process_time() - before[0], processor.taken(broker) - before[1]
    await connection.close()
    await server.stop()
    return Brought(waited, *spent)


def _database(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE journal (version INTEGER PRIMARY KEY, body BLOB)")
    return database


def _upsert(database: sqlite3.Connection, number: int, body: bytes) -> None:
    database.execute(
        "INSERT INTO journal VALUES (?, ?) ON CONFLICT (version) DO UPDATE SET body = excluded.body", (number, body)
    )


def run(way: Callable[[Path, float, float], Awaitable[Brought]], folder: str, rate: str, seconds: str) -> None:
    """Bring events this way and say what it took."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)

    async def bring() -> Brought:
        return await way(place, float(rate), float(seconds))

    sys.stdout.write(json.dumps(uvloop.run(bring())) + "\n")


if __name__ == "__main__":
    run(bring, *sys.argv[1:])
