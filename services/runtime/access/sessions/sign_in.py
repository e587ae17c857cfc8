"""The table of who signed in. Access alone writes it; any process may be the first to make the database."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, func, select

from services.runtime.store.columns import Instant

metadata = MetaData()
SIGN_INS = Table(
    "sign_ins",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("address", String(400), nullable=False, index=True),
    Column("method", String(16), nullable=False),
    Column("browser", String(100), nullable=False),
    Column("network", String(64), nullable=False),
    Column("at", Instant, nullable=False),
)


def last_of(connection: Connection, addresses: Collection[str]) -> dict[str, datetime]:
    """Return when somebody signed in last with each of these keys of addresses; whoever never did is left out."""
    question = select(SIGN_INS.c.address, func.max(SIGN_INS.c.at).label("at")).group_by(SIGN_INS.c.address)
    wanted = set(addresses)
    return {row.address: row.at for row in connection.execute(question) if row.address in wanted}
