"""The table of links to sign in with. Access alone uses it; any process may be the first to make the database."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, String, Table

from services.runtime.store.columns import Instant

metadata = MetaData()
LINKS = Table(
    "links",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of what the link has in it
    Column("address", String(400), nullable=False, index=True),
    Column("browser", String(64), index=True),  # SHA-256 of what the browser that asked has; none: any browser
    Column("code", String(64)),  # HMAC of the code, with what the browser has as its key
    Column("tries", Integer, nullable=False),  # how many codes may still be tried
    Column("network", String(64), nullable=False, index=True),
    Column("leads_to", String(500), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("spent_at", Instant),
)
