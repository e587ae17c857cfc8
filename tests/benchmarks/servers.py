"""What commands are compared with, as servers of their own: ``python -m tests.benchmarks.servers bare``.

Each listens where the product's settings say, takes the same requests, and answers once its insert is on the disk.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import uvicorn
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from fastapi import FastAPI

from services.programme.returns.commands import ReportQuantity
from services.runtime.base.settings import load_settings

_PATH = "/api/v1/partnerships/{partnership}/commands/report-quantity"


def bare(folder: Path) -> FastAPI:
    """One insert for each request, forced to the disk; nothing is decided and nothing remembered."""
    database = sqlite3.connect(folder / "bare.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE reports (number INTEGER PRIMARY KEY, partnership TEXT, body TEXT)")
    app = _app()

    @app.post(_PATH)
    async def report(partnership: str, command: ReportQuantity) -> dict[str, Any]:
        # In the event loop: in a worker thread it takes longer, as a commit here is shorter than the way to a thread.
        inserted = database.execute(
            "INSERT INTO reports (partnership, body) VALUES (?, ?)", (partnership, command.model_dump_json())
        )
        return {"partnership": partnership, "version": inserted.lastrowid}

    return app


class Reports(Aggregate):
    """What a partnership's partners have reported, as the peer library keeps it."""

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


def peer(folder: Path) -> FastAPI:
    """An application of the library ``eventsourcing``: its aggregate, from its cache, saved for each request."""
    os.environ.update(
        PERSISTENCE_MODULE="eventsourcing.sqlite",
        SQLITE_DBNAME=str(folder / "peer.db"),
        AGGREGATE_CACHE_MAXSIZE="16",
        AGGREGATE_CACHE_FASTFORWARD="n",
        DEEPCOPY_FROM_AGGREGATE_CACHE="n",
    )
    kept: Application[UUID] = Application()
    kept.save(Reports("LAP"))
    app = _app()

    @app.post(_PATH)
    async def report(partnership: str, command: ReportQuantity) -> dict[str, Any]:
        reports: Reports = kept.repository.get(Reports.create_id(partnership))
        reports.report(command.commitment, command.partner, command.on.isoformat(), str(command.amount))
        kept.save(reports)
        return {"partnership": partnership, "version": reports.version}

    return app


SERVERS: dict[str, Callable[[Path], FastAPI]] = {"bare": bare, "peer": peer}


def _app() -> FastAPI:
    app = FastAPI()

    @app.get("/health/ready")
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    return app


def main(name: str) -> None:
    """Serve until told to stop."""
    settings = load_settings()
    app = SERVERS[name](settings.data_dir)
    uvicorn.run(app, host=settings.host, port=settings.port, access_log=False, log_config=None)


if __name__ == "__main__":
    main(sys.argv[1])
