"""What commands and pages are compared with, as a server of its own: ``python -m tests.benchmarks.servers``.

It listens where the product's settings say. It takes the same commands and answers once its insert is on the disk; at
``/bytes/N`` it gives N bytes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from services.programme.returns.commands import ReportQuantity
from services.runtime.base.settings import load_settings

COMMAND = "/api/v1/partnerships/{partnership}/commands/report-quantity"


def bare(folder: Path) -> FastAPI:
    """One insert for each command, forced to the disk; nothing is decided and nothing remembered."""
    database = sqlite3.connect(folder / "bare.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE reports (number INTEGER PRIMARY KEY, partnership TEXT, body TEXT)")
    app = ready_app()

    @app.post(COMMAND)
    async def report(partnership: str, command: ReportQuantity) -> dict[str, Any]:
        # In the event loop: in a worker thread it takes longer, as a commit here is shorter than the way to a thread.
        inserted = database.execute(
            "INSERT INTO reports (partnership, body) VALUES (?, ?)", (partnership, command.model_dump_json())
        )
        return {"partnership": partnership, "version": inserted.lastrowid}

    @app.get("/bytes/{number}", response_class=HTMLResponse)
    async def give(number: int) -> HTMLResponse:
        return HTMLResponse("x" * number)

    return app


def ready_app() -> FastAPI:
    """Return an application that says that it is ready."""
    app = FastAPI()

    @app.get("/health/ready")
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    return app


def serve(make: Callable[[Path], FastAPI]) -> None:
    """Serve until told to stop."""
    settings = load_settings()
    app = make(settings.data_dir)
    uvicorn.run(app, host=settings.host, port=settings.port, access_log=False, log_config=None)


if __name__ == "__main__":
    serve(bare)
