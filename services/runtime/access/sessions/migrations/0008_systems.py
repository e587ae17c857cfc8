"""Tokens of systems."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.runtime.store.migrations.first_revision import INSTANT

revision = "access_0008"
down_revision = "access_0007"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "systems",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("partnership", sa.String(64), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("may_write", sa.Boolean, nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("by_operator", sa.Boolean, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
    )
    op.create_index("ix_systems_partnership", "systems", ["partnership"])
