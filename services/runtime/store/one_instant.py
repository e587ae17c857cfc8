"""Copies of several SQLite files as they were at one and the same instant, while services go on writing to them.

A copy of each by itself would not do: a consumer's database that is copied a moment after the log's would have taken in
events that the copy of the log lacks. So all files are held at once against writers, for as long as it takes to begin
reading each of them; a reader of a file with a write-ahead log sees from then on what was there when it began. Copying
takes as long as it takes, beside the writers; only the write-ahead logs cannot be emptied meanwhile.
"""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

_HOLD_SECONDS = 1.0
"""For so long at most those that are held already wait for the next one; services wait for ten seconds."""
_PATIENCE_SECONDS = 60.0
_PAGES_AT_ONCE = 4_096


class TooBusy(Exception):
    """No instant was found at which no file was being written to."""


def copy_at_one_instant(copies: Mapping[Path, Path], patience: float = _PATIENCE_SECONDS) -> datetime:
    """Copy each file to where ``copies`` says, and return the instant of which all copies are.

    The files are held in the order given: a service that writes to one while it holds another has to be met in its own
    order. A copy is one file with nothing beside it. Raises TooBusy, OSError and sqlite3.Error.
    """
    with ExitStack() as readers:
        reading = {file: readers.enter_context(closing(_connected(file))) for file in copies}
        instant = _begin_all([*reading.values()], [*copies], time.monotonic() + patience)
        for file, copy in copies.items():
            _copy(reading[file], copy)
    return instant


def _begin_all(readers: Sequence[sqlite3.Connection], files: Sequence[Path], deadline: float) -> datetime:
    """Have every reader begin while nobody writes to any of the files."""
    while True:
        with ExitStack() as held:
            if all(_is_held(held.enter_context(closing(_connected(file)))) for file in files):
                for reader in readers:
                    reader.execute("BEGIN")
                    reader.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # begins to read only now
                return datetime.now(UTC)
        if time.monotonic() > deadline:
            raise TooBusy
        time.sleep(random.uniform(0.01, 0.1))  # noqa: S311 - to keep out of step, not out of sight


def _is_held(writer: sqlite3.Connection) -> bool:
    """Hold a file against others; False where another writer holds it for longer than those held before may wait."""
    deadline = time.monotonic() + _HOLD_SECONDS
    while True:
        try:
            writer.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            if time.monotonic() > deadline:
                return False
            time.sleep(random.uniform(0.0002, 0.002))  # noqa: S311 - as above
        else:
            return True


def _copy(reader: sqlite3.Connection, copy: Path) -> None:
    with closing(sqlite3.connect(copy, isolation_level=None)) as written:
        reader.backup(written, pages=_PAGES_AT_ONCE)
        reader.execute("ROLLBACK")
        written.execute("PRAGMA journal_mode=DELETE")
    with copy.open("rb") as file:
        os.fsync(file.fileno())


def _connected(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file))}?mode=rw", uri=True, isolation_level=None, timeout=0)
