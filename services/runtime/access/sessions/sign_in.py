"""The table of who signed in. Access alone uses it; any process may be the first to make the database."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, String, Table

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
