"""The library ``eventsourcing`` on SQLite, doing what it can of what Concordat does. Only ``make bench`` installs it.

``python -m tests.benchmarks.peer serve`` takes the commands that ``tests.benchmarks.servers`` takes: an aggregate from
its cache, saved for each. ``chain FOLDER RATE SECONDS`` brings events to where they are seen, as
``tests.benchmarks.chain`` does: the library's own runner takes them from one database to another.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.system import Follower, Leader, MultiThreadedRunner, System
from fastapi import FastAPI

from services.programme.returns.commands import ReportQuantity
from tests.benchmarks import chain, servers
from tests.benchmarks.pacing import at_rate


class Reports(Aggregate):
    """What a partnership's partners have reported."""

    @event("Begun")
    def __init__(self, code: str) -> None:
        self.code = code
        self.total = 0

    @staticmethod
    def create_id(code: str) -> UUID:
        """Return the id of a partnership's reports."""
        return uuid5(NAMESPACE_URL, code)

    @event("Reported")
    def report(self, commitment: str, partner: str, on: str, amount: str) -> None:
        """Take one report in."""
        self.total += 1


class Programme(Leader[UUID]):
    """Where things happen."""


class Reporting(Follower[UUID]):
    """Where they are seen."""

    def policy(self, domain_event: Any, processing_event: Any) -> None:
        """Do nothing: that the event was tracked is what is written."""


def server(folder: Path) -> FastAPI:
    """An application that saves its aggregate for each request."""
    os.environ.update(
        PERSISTENCE_MODULE="eventsourcing.sqlite",
        SQLITE_DBNAME=str(folder / "peer.db"),
        AGGREGATE_CACHE_MAXSIZE="16",
        AGGREGATE_CACHE_FASTFORWARD="n",
        DEEPCOPY_FROM_AGGREGATE_CACHE="n",
    )
    kept: Application[UUID] = Application()
    kept.save(Reports("LAP"))
    app = servers.ready_app()

    @app.post(servers.COMMAND)
    async def report(partnership: str, command: ReportQuantity) -> dict[str, Any]:
        reports: Reports = kept.repository.get(Reports.create_id(partnership))
        reports.report(command.commitment, command.partner, command.on.isoformat(), str(command.amount))
        kept.save(reports)
        return {"partnership": partnership, "version": reports.version}

    return app


async def bring(folder: Path, rate: float, seconds: float) -> chain.Brought:
    """Save an aggregate at ``rate`` a second; the runner's thread follows."""
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
    begun = time.process_time()
    await at_rate(rate, seconds, save)
    while saved:  # noqa: ASYNC110 - it is over in a moment
        await asyncio.sleep(0.01)
    spent = time.process_time() - begun
    watching.cancel()
    runner.stop()
    return chain.Brought(waited, spent, 0.0)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        servers.serve(server)
    else:
        chain.run(bring, *sys.argv[2:])
