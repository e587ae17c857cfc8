"""The databases of a deployment, and their schemas."""

from __future__ import annotations

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
from services.runtime.store.preparing import NoDatabase, NotNow, make_ready
from services.runtime.store.schema import Migrated, Schema, UnfitSchema

T = TypeVar("T")
SCHEMAS: Mapping[str, Schema] = {each.name: each for each in (PROGRAMME, REPORTING, NOTIFICATIONS, DIRECTORY, ACCESS)}


def url_of(settings: Settings, name: str) -> str:
    """Return the address of the database of this name, such as ``programme``."""
    return str(getattr(settings, f"{name}_database_url"))


def is_there(url: str) -> bool:
    """Say whether there is a file for a database, where databases are files."""
    place = make_url(url)
    return place.get_backend_name() != "sqlite" or Path(place.database or "").is_file()


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
        made_ready(name, database, upgrade=settings.migrate_at_start)
    except BaseException:
        database.close()
        raise
    return database


def made_ready(name: str, database: Database, *, upgrade: bool | None) -> Migrated | None:
    """Make a database ready as ``make_ready`` does. Raises CommandError where it cannot be."""
    try:
        return make_ready(SCHEMAS[name], database, upgrade=upgrade)
    except (NoDatabase, UnfitSchema) as why:
        raise CommandError(str(why)) from None
    except NotNow as why:
        raise CommandError(f"the {name} database cannot be used at present ({why})") from None
