"""Databases with the tables that a test needs."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection, MetaData

from services.runtime.store.database import Database
from services.runtime.store.schema import Schema, Upgrade


def make_tables(database: Database, *tables: MetaData) -> None:
    """Make the tables that are not there yet."""
    database.write_sync(partial(_make, tables=tables))


def make_schema(database: Database, schema: Schema) -> None:
    """Give a database the schema of a service, as its start would."""
    database.write_sync(partial(schema.bring_on, upgrade=Upgrade.ALL))


def _make(connection: Connection, tables: tuple[MetaData, ...]) -> None:
    for each in tables:
        each.create_all(connection)
