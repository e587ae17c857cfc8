"""The sessions of people who signed in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.runtime.store.migrations.first_revision import INSTANT

revision = "access_0001"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("address", sa.String(400), nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("acts_as", sa.JSON, nullable=False),
        sa.Column("browser", sa.String(100), nullable=False),
        sa.Column("network", sa.String(64), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
    )
    op.create_index("ix_sessions_address", "sessions", ["address"])
