"""A database as a service finds it when it starts: there and made ready, yet to be waited for, or none at all."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable
from functools import partial

import structlog
from sqlalchemy.exc import DBAPIError

from services.runtime.base.retry import Backoff, retry
from services.runtime.base.trouble import in_words
from services.runtime.store.database import Database, Unavailable
from services.runtime.store.schema import Migrated, Schema, SchemaState

_BACKOFF = Backoff(0.2, 2.0)
_NO_DATABASE = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
_NOT_ALLOWED = "42"  # the class of PostgreSQL's errors that has missing rights in it
#: A server that answers so may take us in a moment later; another refusal stands until somebody changes a setting.
_PASSES = re.compile(r"starting up|shutting down|recovery|too many|connection slots|not yet accepting", re.IGNORECASE)
_log = structlog.get_logger(__name__)


class NoDatabase(Exception):
    """The settings name something that is no database, or one that does not let us in. The message is a sentence."""


class NotNow(Exception):
    """A database cannot be used at present, and may be later. The message is what the database said."""


async def prepare(
    schema: Schema, database: Database, *, upgrade: bool | None, waits_for: Callable[[str], None]
) -> None:
    """Make a database ready as ``make_ready`` does. Waits for as long as it cannot be used, and says so.

    Raises NoDatabase where waiting would not help, and UnfitSchema.
    """

    def failed(error: Exception) -> None:
        if not isinstance(error, NotNow):
            raise error
        waits_for(f"the {schema.name} database ({error})")

    await retry(lambda: asyncio.to_thread(make_ready, schema, database, upgrade=upgrade), _BACKOFF, failed)


def make_ready(schema: Schema, database: Database, *, upgrade: bool | None) -> Migrated | None:
    """Give an empty database its tables and, with ``upgrade``, an older one the present schema; None where it has it.

    Where ``upgrade`` is None a SQLite file is upgraded, and a PostgreSQL database, with which others may be working,
    is not. Raises UnfitSchema where the database has not the present schema then, NoDatabase and NotNow.
    """
    wanted = database.file is not None if upgrade is None else upgrade
    try:
        migrated = database.write_sync(partial(schema.bring_to_head, upgrade=wanted))
    except (Unavailable, DBAPIError, sqlite3.Error) as error:
        if (trouble := _own_trouble(error)) is None:
            raise
        if (fault := _fault_of(trouble, database)) is not None:
            raise NoDatabase(f"CONCORDAT_{schema.name.upper()}_DATABASE_URL: {fault}") from error
        raise NotNow(in_words(trouble)) from error
    if migrated is not None and migrated.standing is SchemaState.OLDER:
        _log.info("a database was migrated", database=schema.name, before=migrated.before, after=migrated.after)
    return migrated


def _own_trouble(error: BaseException | None) -> BaseException | None:
    """Return what the database itself had against it; None where it was no trouble of its own."""
    while error is not None and not isinstance(error, (sqlite3.Error, DBAPIError)):
        error = error.__cause__
    return error.orig if isinstance(error, DBAPIError) else error


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
