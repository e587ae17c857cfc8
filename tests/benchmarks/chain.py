"""The least that brings events from where they happen to where they are seen, 200 a second: publish, push, upsert.

``python -m tests.benchmarks.chain bare FOLDER SECONDS`` says as JSON how many milliseconds each took; ``peer`` does so
for the library ``eventsourcing``, whose own runner takes them from one SQLite database to another.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import uvloop
from eventsourcing.system import Follower, Leader, MultiThreadedRunner, System
from nats.aio.msg import Msg

from services.runtime.messaging import streams
from services.runtime.messaging.broker import connect
from services.runtime.messaging.broker_rights import OPERATOR
from services.runtime.messaging.streams import PROGRAMME
from services.runtime.process.embedded_nats import EmbeddedNats
from tests.benchmarks.pacing import at_rate
from tests.benchmarks.servers import Reports

RATE = 200.0
_PAYLOAD = b"x" * 500


async def bare(folder: Path, seconds: float) -> list[float]:
    """Publish to a stream that is forced to the disk; upsert what is pushed, forced to the disk as well."""
    database = _database(folder / "bare.db")
    server = EmbeddedNats(folder / "nats")
    await server.start()
    connection = await connect(server.access(OPERATOR), "benchmark")
    jetstream = connection.jetstream()
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
    await at_rate(RATE, seconds, publish)
    while len(waited) < len(begun):  # noqa: ASYNC110 - it is over in a moment
        await asyncio.sleep(0.01)
    await connection.close()
    await server.stop()
    return waited


class Programme(Leader[UUID]):
    """Where things happen, in the peer library."""


class Reporting(Follower[UUID]):
    """Where they are seen."""

    def policy(self, domain_event: Any, processing_event: Any) -> None:
        """Do nothing: that the event was tracked is what is written."""


async def peer(folder: Path, seconds: float) -> list[float]:
    """Save an aggregate 200 times a second; the runner's thread follows."""
    os.environ.update(
        PERSISTENCE_MODULE="eventsourcing.sqlite",
        PROGRAMME_SQLITE_DBNAME=str(folder / "leader.db"),
        REPORTING_SQLITE_DBNAME=str(folder / "follower.db"),
    )
    runner: MultiThreadedRunner[UUID] = MultiThreadedRunner(System(pipes=[[Programme, Reporting]]))
    runner.start()
    programme, reporting = runner.get(Programme), runner.get(Reporting)
    reports = Reports("LAP")
    programme.save(reports)
    saved: dict[int, float] = {}
    waited: list[float] = []

    def look() -> None:
        known = reporting.recorder.max_tracking_id("Programme") or 0
        now = time.perf_counter()
        waited.extend((now - saved.pop(number)) * 1000 for number in list(saved) if number <= known)

    async def save(_: int) -> None:
        reports.report("C5", "B01", "2015-01-01", "1")
        recorded = programme.save(reports)
        saved[recorded[-1].notification.id] = time.perf_counter()

    async def watch() -> None:
        while True:
            look()
            await asyncio.sleep(0.001)

    watching = asyncio.create_task(watch())
    await at_rate(RATE, seconds, save)
    while saved:  # noqa: ASYNC110 - it is over in a moment
        await asyncio.sleep(0.01)
    watching.cancel()
    runner.stop()
    return waited


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


def main(name: str, folder: Path, seconds: float) -> None:
    """Run one of them."""
    folder.mkdir(parents=True, exist_ok=True)
    ways = {"bare": bare, "peer": peer}
    sys.stdout.write(json.dumps(uvloop.run(ways[name](folder, seconds))) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]))
