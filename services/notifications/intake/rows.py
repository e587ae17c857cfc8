"""Rows of the tables of what is known: each is stored by what identifies it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, delete, insert


def put(connection: Connection, table: Table, identity: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Store a row, in place of one of the same identity."""
    connection.execute(delete(table).where(*is_of(table, identity)))
    connection.execute(insert(table).values(**identity, **values))


def is_of(table: Table, identity: Mapping[str, Any]) -> list[Any]:
    return [table.c[name] == value for name, value in identity.items()]
