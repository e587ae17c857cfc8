"""The tables of links that open one return. Access alone uses them; any process may be the first to make them."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, String, Table

from services.runtime.store.columns import Instant

metadata = MetaData()
OPENINGS = Table(
    "return_openings",
    metadata,
    Column("link", String(64), primary_key=True),  # SHA-256 of what the link has in it
    Column("browser", String(64), primary_key=True),  # SHA-256 of what the browser that opened it has
    Column("network", String(64), nullable=False, index=True),
    Column("opened_at", Instant, nullable=False),
)
TAKEN_BACK = Table(
    "return_links_taken_back",
    metadata,
    Column("whose", String(64), primary_key=True),  # SHA-256 of whose links open nothing that were made until then
    Column("at", Instant, nullable=False),
)
