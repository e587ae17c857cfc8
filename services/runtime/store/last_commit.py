"""What stands for the last commit to a database, whichever process made it: known without reading what is stored.

Two that are equal were taken of the same state. So what was read after the first still holds when the second is taken.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Protocol
from urllib.parse import quote

from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from services.runtime.store.engines import renew, watching_engine

_TRANSACTIONS_SEEN = text("SELECT pg_current_snapshot()::text")


class LastCommit(Protocol):
    """Watches one database, from one event loop."""

    async def seen(self) -> object:
        """Return what stands for the last commit; where that cannot be found out, what is equal to nothing else."""
        ...

    def let_go(self) -> None:
        """Close what it holds open. May be called from any thread."""
        ...


def last_commit_of(url: URL) -> LastCommit:
    """Return what watches the database at ``url``; nothing is opened before it is asked."""
    return OfSqlite(Path(url.database or "")) if url.get_backend_name() == "sqlite" else OfPostgresql(url)


class OfSqlite:
    """Asks SQLite for the number that its processes keep in shared memory: some microseconds, without a thread."""

    def __init__(self, file: Path) -> None:
        self._file = f"file:{quote(str(file.absolute()))}?mode=rw"
        self._lock = Lock()  # nobody waits for it, but where the connection is closed at the same moment
        self._driver: sqlite3.Connection | None = None
        self._connections = 0

    async def seen(self) -> object:
        with self._lock:
            try:
                driver = self._driver or self._connected()
                return self._connections, driver.execute("PRAGMA data_version").fetchone()
            except sqlite3.Error:
                self._close()
                return object()

    def let_go(self) -> None:
        with self._lock:
            self._close()

    def _connected(self) -> sqlite3.Connection:
        """Return a new connection; its numbers say nothing beside those of the one before."""
        self._driver = sqlite3.connect(self._file, uri=True, timeout=0, isolation_level=None, check_same_thread=False)
        self._connections += 1
        return self._driver

    def _close(self) -> None:
        if self._driver is not None:
            with suppress(sqlite3.Error):
                self._driver.close()
        self._driver = None


class OfPostgresql:
    """Asks PostgreSQL which transactions can be seen. Whoever asks during a question shares the next one."""

    def __init__(self, url: URL) -> None:
        self._engine = watching_engine(url)
        self._one_at_a_time = asyncio.Lock()
        self._next: asyncio.Task[object] | None = None

    async def seen(self) -> object:
        if self._next is None:
            self._next = asyncio.create_task(self._asked())
        return await asyncio.shield(self._next)

    def let_go(self) -> None:
        renew(self._engine)

    async def _asked(self) -> object:
        async with self._one_at_a_time:
            self._next = None  # who asks from now on may know of a commit that this question does not see
            return await asyncio.to_thread(self._ask)

    def _ask(self) -> object:
        try:
            with self._engine.connect() as connection:
                return connection.scalar(_TRANSACTIONS_SEEN)
        except SQLAlchemyError:
            return object()
