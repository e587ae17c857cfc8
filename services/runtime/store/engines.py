"""How a connection to each kind of database is set up: one engine that writes, one that only reads."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from services.runtime.base import private_files

_SQLITE_PATIENCE_SECONDS = 10.0
_SQLITE_PAGE_BYTES = 8192  # twice the default: an event takes some 600 bytes, and larger pages are filled faster

_POSTGRESQL_CONNECT = {
    "connect_timeout": 5,
    # A network that was cut without a word is noticed within about ten seconds.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    # A writer whose machine vanished must not hold its row locks for long.
    "options": "-c idle_in_transaction_session_timeout=30000 -c lock_timeout=10000",
}


def parse(url: str) -> URL:
    """Return the URL of a database that Concordat can run on. Raises ValueError saying what would be right."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError(f"{url!r} is not a database URL; such as sqlite:///concordat.db or postgresql://…") from None
    kind = parsed.get_backend_name()
    if kind == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if kind != "sqlite":
        raise ValueError(f"the database URL begins with {kind!r}; Concordat runs on sqlite:/// and postgresql://")
    if not parsed.database or parsed.database == ":memory:":
        raise ValueError("a SQLite database needs a file, such as sqlite:///concordat.db; memory would lose the log")
    return parsed


def writing_engine(url: URL, *, secure_delete: bool = False) -> Engine:
    """Return the engine for the one writer: each transaction has the right to write from its first moment.

    ``secure_delete``: what is deleted is overwritten in an SQLite file.
    """
    if url.get_backend_name() == "sqlite":
        _make_private(url)
        engine = create_engine(url, pool_size=1, max_overflow=0)
        _sqlite_set_up(
            engine,
            ("PRAGMA synchronous=FULL", "PRAGMA busy_timeout=0"),  # it waits by itself, once for each transaction
            secure_delete,
            begin=lambda driver: _when_free(driver, "BEGIN IMMEDIATE"),
        )
        return engine
    return create_engine(url, pool_size=1, max_overflow=0, pool_pre_ping=True, connect_args=_POSTGRESQL_CONNECT)


def reading_engine(url: URL, connections: int, *, secure_delete: bool = False) -> Engine:
    """Return the engine for readers: a transaction sees one state of the database throughout and cannot write.

    ``secure_delete`` as above: a reader's connection may be the one that moves pages from the log into the file.
    """
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, pool_size=connections, max_overflow=0)
        _sqlite_set_up(engine, ("PRAGMA query_only=ON",), secure_delete, begin=lambda driver: driver.execute("BEGIN"))
        return engine
    engine = create_engine(
        url, pool_size=connections, max_overflow=0, pool_pre_ping=True, connect_args=_POSTGRESQL_CONNECT
    )
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def looking_engine(url: URL) -> Engine:
    """Return the engine for a look that changes nothing, neither in the database nor at its file."""
    if url.get_backend_name() == "sqlite":
        file = quote(str(Path(url.database or "").absolute()))
        return create_engine(
            "sqlite://", creator=lambda: sqlite3.connect(f"file:{file}?mode=ro", uri=True), poolclass=NullPool
        )
    return reading_engine(url, 1)


def watching_engine(url: URL) -> Engine:
    """Return the engine for one question to PostgreSQL that is asked over and over, each time by itself."""
    engine = create_engine(url, pool_size=1, max_overflow=0, connect_args=_POSTGRESQL_CONNECT)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def listening_engine(url: URL) -> Engine:
    """Return the engine for a question to PostgreSQL that is seldom asked; no connection is kept for it."""
    return create_engine(url, poolclass=NullPool, connect_args=_POSTGRESQL_CONNECT)


def overwrite_deleted(url: URL) -> bool:
    """Leave nothing of what was deleted in an SQLite file or beside it; False while a reader or writer is in the way.

    To overwrite what is deleted is not enough: a row that SQLite once moved to another page may have left a copy of
    itself in the free space of the first one. So the file is written anew, and its log emptied.
    """
    if url.get_backend_name() != "sqlite":
        return True
    with closing(sqlite3.connect(url.database or "", isolation_level=None, timeout=_SQLITE_PATIENCE_SECONDS)) as driver:
        driver.execute("PRAGMA secure_delete=ON")
        driver.execute("PRAGMA temp_store=MEMORY")  # else what is kept would lie in a file elsewhere for a moment
        try:
            driver.execute("VACUUM")
            busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            return False
        return not busy


def renew(engine: Engine) -> None:
    """Have an engine make new connections: the idle ones are closed now, those in use when they are given back."""
    replaced = engine.pool
    engine.dispose()
    event.listen(replaced, "checkin", lambda _driver, record: record.invalidate())
    replaced.dispose()  # what was given back in between


def _make_private(url: URL) -> None:
    file = Path(url.database or "").absolute()
    private_files.make_folder(file.parent)
    private_files.own_database(file)


def _sqlite_set_up(engine: Engine, pragmas: Sequence[str], secure_delete: bool, begin: Callable[[Any], object]) -> None:
    """Take transaction control from the driver, which would begin too late and too weakly, and set the pragmas."""

    @event.listens_for(engine, "connect")
    def _connected(driver: Any, _record: object) -> None:
        driver.isolation_level = None
        driver.execute(f"PRAGMA page_size={_SQLITE_PAGE_BYTES}")  # of a file that is yet to be made; others keep theirs
        driver.execute("PRAGMA busy_timeout=0")
        _when_free(driver, "PRAGMA journal_mode=WAL")
        driver.execute(f"PRAGMA busy_timeout={int(_SQLITE_PATIENCE_SECONDS * 1000)}")
        driver.execute("PRAGMA foreign_keys=ON")
        # It holds for one connection, and some builds have it on for all: it is said of each.
        driver.execute(f"PRAGMA secure_delete={'ON' if secure_delete else 'OFF'}")
        for pragma in pragmas:
            driver.execute(pragma)

    @event.listens_for(engine, "begin")
    def _began(connection: Connection) -> None:
        begin(connection.connection.driver_connection)


def _when_free(driver: Any, statement: str) -> None:
    """Run a statement that takes a lock, once no other process has it. Raises sqlite3.OperationalError in the end.

    SQLite's own waiting, which has to be switched off, sleeps up to a tenth of a second between tries, so that a busy
    neighbour would leave us none, and does not wait at all for the change to WAL.
    """
    deadline = time.monotonic() + _SQLITE_PATIENCE_SECONDS
    while not _done(driver, statement, last_try=time.monotonic() > deadline):
        time.sleep(random.uniform(0.0002, 0.002))  # noqa: S311 - to keep out of step, not out of sight


def _done(driver: Any, statement: str, *, last_try: bool) -> bool:
    try:
        driver.execute(statement)
    except sqlite3.OperationalError as error:
        if last_try or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True
