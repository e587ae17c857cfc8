"""A database as a service finds it when it starts: there and made ready, yet to be waited for, or none at all."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from collections.abc import Callable
from functools import partial

import structlog
from sqlalchemy.exc import DBAPIError

from services.runtime.base.retry import Backoff, retry
from services.runtime.base.trouble import in_words
from services.runtime.store.database import Database, Unavailable
from services.runtime.store.schema import Migrated, Schema, SchemaState, TableInUse, Upgrade

_BACKOFF = Backoff(0.2, 2.0)
_BETWEEN_OTHERS = Backoff(1.0, 5.0)
_PATIENCE_SECONDS = 60.0
_NO_DATABASE = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
_NOT_ALLOWED = "42"  # the class of PostgreSQL's errors that has missing rights in it
#: A server that answers so may take us in a moment later; another refusal stands until somebody changes a setting.
_PASSES = re.compile(r"starting up|shutting down|recovery|too many|connection slots|not yet accepting", re.IGNORECASE)
_log = structlog.get_logger(__name__)


class NoDatabase(Exception):
    """The settings name something that is no database, or one that does not let us in. The message is a sentence."""


class NotNow(Exception):
    """A database cannot be used at present, and may be later. The message is what the database said."""


class InUse(NotNow):
    """Another transaction holds a table that a migration has to change; nothing is changed. The message says so."""


async def prepare(
    schema: Schema, database: Database, *, allowed: bool | None, waits_for: Callable[[str], None]
) -> None:
    """Make a database ready as a service does that starts. Waits for as long as it cannot be used, and says so.

    Raises NoDatabase where waiting would not help, and UnfitSchema.
    """

    def failed(error: Exception) -> None:
        if not isinstance(error, NotNow):
            raise error
        waits_for(f"the {schema.name} database ({error})")

    upgrade = upgrade_at_start(database, allowed)
    await retry(lambda: asyncio.to_thread(make_ready, schema, database, upgrade), _BACKOFF, failed)


def upgrade_at_start(database: Database, allowed: bool | None) -> Upgrade:
    """Return how far a database is brought by what starts on it, where a setting allows that, or says nothing (None).

    A SQLite file, which is one machine's, is brought all the way unless that is forbidden. With a PostgreSQL database
    older versions may be working: it is left alone unless that is allowed, and then nothing is taken from them.
    """
    if database.file is not None:
        return Upgrade.NONE if allowed is False else Upgrade.ALL
    return Upgrade.EXPAND if allowed else Upgrade.NONE


def make_ready(schema: Schema, database: Database, upgrade: Upgrade) -> Migrated | None:
    """Give an empty database its tables and bring an older one as far as ``upgrade`` says; None where it is there.

    Raises UnfitSchema where this code does not work with the schema then, NoDatabase, InUse and NotNow.
    """
    try:
        migrated = database.write_sync(partial(schema.bring_on, upgrade=upgrade))
    except TableInUse as why:
        raise InUse(str(why)) from None
    except (Unavailable, DBAPIError, sqlite3.Error) as error:
        if (trouble := _own_trouble(error)) is None:
            raise
        if (fault := _fault_of(trouble, database)) is not None:
            raise NoDatabase(f"CONCORDAT_{schema.name.upper()}_DATABASE_URL: {fault}") from error
        raise NotNow(in_words(trouble)) from error
    if migrated is not None and migrated.standing is SchemaState.OLDER:
        _log.info("a database was migrated", database=schema.name, before=migrated.before, after=migrated.after)
    return migrated


def make_ready_between_others(
    schema: Schema, database: Database, upgrade: Upgrade, *, patience_seconds: float = _PATIENCE_SECONDS
) -> Migrated | None:
    """Do what ``make_ready`` does, again and again while others hold a table that has to change, who work in between.

    Raises what that raises: InUse once ``patience_seconds`` are over.
    """
    ends, failures = time.monotonic() + patience_seconds, 0
    while True:
        try:
            return make_ready(schema, database, upgrade)
        except InUse:
            failures += 1
            pause = _BETWEEN_OTHERS.pause(failures)
            if time.monotonic() + pause > ends:
                raise
        time.sleep(pause)


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
