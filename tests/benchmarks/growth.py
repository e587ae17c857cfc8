"""What grows with the history and with the number of partnerships: rebuild, pack, memory, start-up.

``python -m tests.benchmarks.growth FOLDER`` holds every partnership of a deployment in memory, as its services do, and
says as JSON how many bytes that takes.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sqlite3
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from services.programme.core.register_cache import RegisterCache
from services.reporting.registers import Registers as ReportingRegisters
from services.runtime.base.settings import Settings
from services.runtime.registers.memory import RegisterMemory
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore
from tests.benchmarks import packing
from tests.benchmarks.children import asked, serving
from tests.benchmarks.logs import put_into_database
from tests.benchmarks.measuring import OURS
from tests.benchmarks.partnership import partnership, siblings

TIMES = (1, 10, 100)
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Size:
    """What a deployment of a size takes: seconds, and millions of bytes in memory for each partnership."""

    times: int
    events: int
    rebuild: float
    start_up: float
    start_up_anew: float
    memory: float
    pack: float | None = None


async def by_history(folder: Path, rounds: int, times: Sequence[int] = TIMES) -> list[Size]:
    """Measure one partnership with 1, 10 and 100 years of history."""
    return [await _measured(folder / f"{years}-years", rounds, years, years, 1) for years in times]


async def by_partnerships(folder: Path, rounds: int, times: Sequence[int] = TIMES) -> list[Size]:
    """Measure 1, 10 and 100 partnerships with a year of history each."""
    return [await _measured(folder / f"{count}-partnerships", rounds, count, 1, count) for count in times]


async def _measured(folder: Path, rounds: int, times: int, years: int, count: int) -> Size:
    lived = partnership(years)
    size = f"{years}x{count}"
    rebuilt = (
        await asyncio.to_thread(asked, "tests.benchmarks.rebuilding", str(folder / "rebuilt"), str(rounds), size)
    )[size]
    pack = None
    if count == 1:
        packed = folder / "packed"
        packing.lay_out(packed, lived)
        pack = median((await packing.compared({packed: lived.last_meeting}, rounds))[packed][OURS])
    served = folder / "served"
    put_into_database(served, *siblings(lived.events, count))
    _let_settle(served, rebuilt["events"])
    anew = min(start_up(served, anew=True) for _ in range(rounds or 1))
    kept = min(start_up(served, anew=False) for _ in range(rounds or 1))
    held = await asyncio.to_thread(asked, "tests.benchmarks.growth", str(served))
    return Size(
        times=times,
        events=rebuilt["events"],
        rebuild=rebuilt["events"] / median(rebuilt["samples"][OURS]),
        start_up=kept,
        start_up_anew=anew,
        memory=held["bytes"] / held["partnerships"] / _MEGABYTE,
        pack=pack,
    )


def _let_settle(folder: Path, events: int) -> None:
    """Run everything until reporting has taken all in."""
    with serving("services.cli", "serve", "all", folder=folder):
        while _journalled(folder) < events:
            time.sleep(0.2)


def _journalled(folder: Path) -> int:
    database = sqlite3.connect(f"file:{folder / 'reporting.db'}?mode=ro", uri=True)
    try:
        found: int = database.execute("SELECT COUNT(*) FROM journal").fetchone()[0]
    finally:
        database.close()
    return found


def in_memory(folder: Path) -> dict[str, Any]:
    """Return by how many bytes this process grows with both services' registers of all partnerships in ``folder``."""
    settings = Settings(data_dir=folder)
    store = EventStore("programme")
    programme = Database(settings.programme_database_url)
    reporting = Database(settings.reporting_database_url)
    codes = programme.read_sync(store.partnerships)
    boundless = RegisterMemory(float("inf"))
    deciding = RegisterCache(programme, store, boundless)
    telling = ReportingRegisters(reporting, boundless)
    before = resident()
    for code in codes:
        programme.read_sync(lambda connection, code=code: _held(deciding, connection, code))  # type: ignore[misc]
        telling.view(code, lambda register: register.position)
    gc.collect()
    grown = resident() - before
    programme.close()
    reporting.close()
    return {"partnerships": len(codes), "bytes": grown}


def resident(pid: int | str = "self") -> int:
    """Return how many bytes of memory a process has, its shared libraries among them."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024


def start_up(folder: Path, *, anew: bool) -> float:
    """Return the seconds from the start of ``concordat serve all`` until programme and reporting show a partnership.

    ``anew`` forgets the snapshots first.
    """
    if anew:
        _forget_snapshots(folder)
    began = time.perf_counter()
    with serving("services.cli", "serve", "all", folder=folder) as server:
        server.get("/packs/LAP")
        server.get("/api/v1/partnerships/LAP")
        return time.perf_counter() - began


def _held(registers: RegisterCache, connection: Any, code: str) -> None:
    with registers.held_to_read(connection, code) as live:
        assert live.version > 0


def _forget_snapshots(folder: Path) -> None:
    for file in folder.glob("*.db"):
        database = sqlite3.connect(file)
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            if table.endswith("_snapshots"):
                database.execute(f"DELETE FROM {table}")
        database.commit()
        database.close()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(in_memory(Path(sys.argv[1]))) + "\n")
