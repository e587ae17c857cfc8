"""The databases of a deployment, and their schemas."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, make_url

from services.cli.errors import CommandError
from services.notifications.schema import SCHEMA as NOTIFICATIONS
from services.programme.schema import SCHEMA as PROGRAMME
from services.reporting.schema import SCHEMA as REPORTING
from services.runtime.access.directory import SCHEMA as DIRECTORY
from services.runtime.access.sessions.reader import SCHEMA as ACCESS
from services.runtime.base.settings import Settings
from services.runtime.store.database import Database
from services.runtime.store.engines import looking_engine
from services.runtime.store.preparing import InUse, NoDatabase, NotNow, make_ready_between_others, upgrade_at_start
from services.runtime.store.schema import Migrated, Schema, UnfitSchema, Upgrade

T = TypeVar("T")
SCHEMAS: Mapping[str, Schema] = {each.name: each for each in (PROGRAMME, REPORTING, NOTIFICATIONS, DIRECTORY, ACCESS)}


def url_of(settings: Settings, name: str) -> str:
    """Return the address of the database of this name, such as ``programme``."""
    return str(getattr(settings, f"{name}_database_url"))


def is_there(url: str) -> bool:
    """Say whether there is a file for a database, where databases are files. Raises CommandError where it is hidden."""
    place = make_url(url)
    if place.get_backend_name() != "sqlite":
        return True
    try:
        return Path(place.database or "").is_file()
    except PermissionError:
        raise CommandError(
            f"{place.database} lies in a folder that is closed to us (we are uid {os.geteuid()}); give the command as"
            " the user who runs the services"
        ) from None


def look_into(file: Path, question: Callable[[Connection], T]) -> T:
    """Return the answer of a SQLite file that nobody works with; nothing is changed or left beside it."""
    engine = looking_engine(make_url(f"sqlite:///{file}"))
    try:
        with engine.connect() as connection:
            return question(connection)
    finally:
        engine.dispose()


def opened(settings: Settings, name: str) -> Database:
    """Open a database and make it ready as a service would when it starts. Raises CommandError."""
    database = Database(url_of(settings, name))
    try:
        made_ready(name, database, upgrade_at_start(database, settings.migrate_at_start))
    except BaseException:
        database.close()
        raise
    return database


def made_ready(name: str, database: Database, upgrade: Upgrade) -> Migrated | None:
    """Make a database ready as ``make_ready_between_others`` does. Raises CommandError where it cannot be."""
    try:
        return make_ready_between_others(SCHEMAS[name], database, upgrade)
    except (NoDatabase, UnfitSchema) as why:
        raise CommandError(str(why)) from None
    except InUse as why:
        raise CommandError(
            f"the {name} database was not migrated: {why}, and has held it at each try for a minute; pg_stat_activity"
            " shows the oldest transaction: end it, then migrate again"
        ) from None
    except NotNow as why:
        raise CommandError(f"the {name} database cannot be used at present ({why})") from None
