"""What an event takes of the processor until it is in reporting's journal, by one, two and four of its processes.

n of them do n times the work where all together take for an event what one takes, and each its part of that. On one
machine, and a busy one, that shows in the processor's time and not by the clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import chain, islice
from math import ceil
from pathlib import Path

from nats.aio.client import Client
from sqlalchemy import text

from contracts.envelope import Recorded
from services.runtime.messaging import streams
from services.runtime.messaging.broker import BrokerAddress, connect
from services.runtime.messaging.streams import PROGRAMME, subject_of
from services.runtime.store.database import Database
from tests.benchmarks import processor
from tests.benchmarks.children import Server, at_rest, serving
from tests.benchmarks.deployment import code_of, renamed
from tests.benchmarks.measuring import Figure
from tests.benchmarks.partnership import Partnership
from tests.parts.nats import NatsServer
from tests.parts.postgres import PostgresServer
from tests.parts.seals import EPOCH, key_file, sealed

_PARTNERSHIPS = 64
_ONE_BY_ONE, _AT_ONCE = 4_000, 40_000
_RATE = 200.0
_LOOK_SECONDS = 0.1
_SHARING_SECONDS = 3.0
_UNIT = "µs of processor"
_TAKEN_IN = "SELECT coalesce(sum(version), 0) FROM positions WHERE consumer = 'reporting'"


async def measure(
    folder: Path, postgres: PostgresServer, lived: Partnership, processes: Sequence[int], share: float = 1.0
) -> list[Figure]:
    """Measure with partnerships that have the history of ``lived``; ``share`` is how much of it all is measured."""
    return list(
        chain.from_iterable(
            [await _by(each, folder / f"taking-in-by-{each}", postgres, lived, share) for each in processes]
        )
    )


async def _by(processes: int, folder: Path, postgres: PostgresServer, lived: Partnership, share: float) -> list[Figure]:
    (folder / "nats").mkdir(parents=True)
    url = postgres.create_database()
    with ExitStack() as running:
        nats = running.enter_context(NatsServer(folder / "nats"))
        reporting = running.enter_context(closing(Database(url)))
        connection = await connect(BrokerAddress(nats.url), "bench")
        await streams.apply(connection, numbered=True)
        settings = {
            "CONCORDAT_REPORTING_DATABASE_URL": url,
            "CONCORDAT_NATS_URL": nats.url,
            "CONCORDAT_PROGRAMME_KEY_FILE": str(key_file()),
            "CONCORDAT_REPORTING_KEY_FILE": str(key_file()),
        }
        servers = [
            running.enter_context(
                serving(
                    "tests.benchmarks.following",
                    folder=place,
                    more={**settings, "CONCORDAT_DATA_DIR": str(place / "data")},
                )
            )
            for place in (folder / f"process-{number}" for number in range(processes))
        ]
        await asyncio.sleep(_SHARING_SECONDS)
        shares = [("one by one", round(_ONE_BY_ONE * share), _RATE), ("many at once", round(_AT_ONCE * share), None)]
        events = in_turn(lived, sum(number for _, number, _ in shares))
        name = f"an event taken in by {processes} {'process' if processes == 1 else 'processes'}"
        figures: list[Figure] = []
        try:
            for how, number, rate in shares:
                sent = list(islice(events, number))
                for server in servers:
                    await at_rest(server)
                each = await _spent(servers, reporting, connection, sent, rate)
                figures += [
                    Figure(f"{name}, {how}: all together", _UNIT, sum(each)),
                    Figure(f"{name}, {how}: the busiest", _UNIT, max(each)),
                ]
        finally:
            await connection.close()
        return figures


def in_turn(lived: Partnership, number: int) -> Iterator[Recorded]:
    """Return the first ``number`` events of all partnerships, one of each in turn."""
    begun = lived.events[: ceil(number / _PARTNERSHIPS)]
    logs = [renamed(begun, code_of(each)) for each in range(_PARTNERSHIPS)]
    return islice(chain.from_iterable(zip(*logs, strict=True)), number)


async def _spent(
    servers: Sequence[Server], reporting: Database, connection: Client, events: Sequence[Recorded], rate: float | None
) -> list[float]:
    """Return the microseconds that each process takes for an event, ``rate`` of which come in a second.

    What it takes at rest for as long is not counted.
    """
    taken_in = await asyncio.to_thread(_count, reporting)
    loop = asyncio.get_running_loop()
    began, before = loop.time(), _taken(servers)
    for number, event in enumerate(events):
        await connection.publish(
            subject_of(PROGRAMME, event.partnership, event.fact.slug()), sealed(PROGRAMME, event, EPOCH)
        )
        if rate is not None:
            await asyncio.sleep(max(0.0, began + number / rate - loop.time()))
    await connection.flush(60)
    while await asyncio.to_thread(_count, reporting) < taken_in + len(events):  # noqa: ASYNC110 - nobody rings
        await asyncio.sleep(_LOOK_SECONDS)
    ended, after = loop.time(), _taken(servers)
    await asyncio.sleep(ended - began)
    at_rest_again = _taken(servers)
    each = zip(before, after, at_rest_again, strict=True)
    return [1e6 * ((now - was) - (later - now)) / len(events) for was, now, later in each]


def _taken(servers: Sequence[Server]) -> list[float]:
    return [processor.taken(server.pid) for server in servers]


def _count(database: Database) -> int:
    return database.read_sync(lambda connection: int(connection.scalar(text(_TAKEN_IN)) or 0))
