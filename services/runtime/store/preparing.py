"""A database as a service finds it when it starts: there and made ready, yet to be waited for, or none at all."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable

from sqlalchemy import MetaData
from sqlalchemy.exc import DBAPIError

from services.runtime.base.retry import Backoff, retry
from services.runtime.base.trouble import in_words
from services.runtime.store.database import Database

_BACKOFF = Backoff(0.2, 2.0)
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

    def failed(error: Exception) -> None:
        if (trouble := _own_trouble(error)) is None:
            raise error
        if (fault := _fault_of(trouble, database)) is not None:
            raise NoDatabase(f"CONCORDAT_{name.upper()}_DATABASE_URL: {fault}") from None
        waits_for(f"the {name} database ({in_words(trouble)})")

    await retry(lambda: asyncio.to_thread(database.create, *schemas), _BACKOFF, failed)


def _own_trouble(error: BaseException) -> BaseException | None:
    """Return what the database itself had against it; None where it was something else."""
    reason: BaseException | None = error
    while reason is not None and not isinstance(reason, (sqlite3.Error, DBAPIError)):
        reason = reason.__cause__
    return reason.orig if isinstance(reason, DBAPIError) else reason


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
