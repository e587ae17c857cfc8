"""``concordat migrate``: the databases of a deployment, brought to the schema that this version of Concordat needs."""

from __future__ import annotations

import argparse
from contextlib import closing

from services.cli.databases import SCHEMAS, is_there, made_ready, url_of
from services.cli.errors import CommandError
from services.cli.operator_host import settings_of_deployment
from services.runtime.base.settings import Settings
from services.runtime.process.embedded_nats import EmbeddedNats
from services.runtime.store.database import Database
from services.runtime.store.engines import looking_engine, parse
from services.runtime.store.schema import Migrated, SchemaState, UnfitSchema


def run(options: argparse.Namespace) -> int:
    """Migrate every database that is there, or only look whether that is needed; say what was done or found."""
    settings = settings_of_deployment()
    names = [name for name in SCHEMAS if is_there(url_of(settings, name))]
    if not names:
        raise CommandError(f"there is no database in {settings.data_dir}; CONCORDAT_DATA_DIR names another folder")
    unfit = [why for name in names if (why := _unfit(settings, name)) is not None]
    if options.check:
        if unfit:
            raise CommandError("; ".join(unfit))
        print(f"Nothing to migrate: {', '.join(SCHEMAS[name].head for name in names)}.")
        return 0
    if unfit and EmbeddedNats.beside(settings.data_dir / "nats") is not None:
        raise CommandError(f"services run in {settings.data_dir}; stop them before their databases are migrated")
    for name in names:
        with closing(Database(url_of(settings, name))) as database:
            print(_told(name, made_ready(name, database, upgrade=True)))
    return 0


def _unfit(settings: Settings, name: str) -> str | None:
    """Return why a database has to be migrated, or cannot be; None where it has the schema that is needed."""
    engine = looking_engine(parse(url_of(settings, name)))
    try:
        with engine.connect() as connection:
            SCHEMAS[name].check(connection)
    except UnfitSchema as why:
        return str(why)
    finally:
        engine.dispose()
    return None


def _told(name: str, migrated: Migrated | None) -> str:
    if migrated is None:
        return f"{name}: nothing to do, it has the schema {SCHEMAS[name].head}."
    if migrated.standing is SchemaState.EMPTY:
        return f"{name}: its tables were made, with the schema {migrated.after}."
    return f"{name}: migrated from {migrated.before or 'a schema without a number'} to {migrated.after}."
