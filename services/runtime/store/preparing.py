"""A database as a service finds it when it starts: there and made ready, yet to be waited for, or none at all."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable, Sequence

from sqlalchemy import MetaData
from sqlalchemy.exc import DBAPIError

from services.runtime.base.trouble import in_words
from services.runtime.store.database import Database, Unavailable

_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 2.0
_NO_DATABASE = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
_NOT_ALLOWED = "42"  # the class of PostgreSQL's errors that has missing rights in it
#: A server that answers so may take us in a moment later; another refusal stands until somebody changes a setting.
_PASSES = re.compile(r"starting up|shutting down|recovery|too many|connection slots|not yet accepting", re.IGNORECASE)


class NoDatabase(Exception):
    """The settings name something that is no database, or one that does not let us in. The message is a sentence."""


async def prepare(name: str, database: Database, *schemas: MetaData, waits_for: Callable[[str], None]) -> None:
    """Create the tables that are not there yet. Waits for as long as the database cannot be used, and says so.

    ``name`` is what people call it, such as ``programme``. Raises NoDatabase where waiting would not help.
    """
    pause = _FIRST_PAUSE_SECONDS
    while (trouble := await asyncio.to_thread(_trouble_with, database, schemas)) is not None:
        if (fault := _fault_of(trouble, database)) is not None:
            raise NoDatabase(f"CONCORDAT_{name.upper()}_DATABASE_URL: {fault}")
        waits_for(f"the {name} database ({in_words(trouble)})")
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def _trouble_with(database: Database, schemas: Sequence[MetaData]) -> BaseException | None:
    """Create the tables; return what the database itself had against it. Raises what was no trouble of its own."""
    try:
        database.create(*schemas)
    except (Unavailable, DBAPIError, sqlite3.Error) as error:
        reason: BaseException | None = error
        while reason is not None and not isinstance(reason, (sqlite3.Error, DBAPIError)):
            reason = reason.__cause__
        if reason is None:
            raise
        return reason.orig if isinstance(reason, DBAPIError) else reason
    return None


def _fault_of(trouble: BaseException, database: Database) -> str | None:
    """Say why waiting would not help; None where it may."""
    said = in_words(trouble)
    if database.file is None:
        refused = "FATAL" in said and not _PASSES.search(said)
        not_allowed = (getattr(trouble, "sqlstate", None) or "").startswith(_NOT_ALLOWED)
        return f"the database server refuses it: {said}" if refused or not_allowed else None
    if database.file.is_dir():
        return f"{database.file} is a folder; give the name of a file in it"
    if getattr(trouble, "sqlite_errorcode", 0) & 0xFF in _NO_DATABASE:
        return f"{database.file} is not a SQLite database; give another file, or restore this one from its backup"
    return None if isinstance(trouble, sqlite3.OperationalError) else said
