"""Tokens with which people's software asks, and a record of who signed in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.runtime.store.migrations.first_revision import INSTANT

revision = "access_0003"
down_revision = "access_0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("address", sa.String(400), nullable=False),
        sa.Column("acts_as", sa.JSON, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("may_write", sa.Boolean, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
    )
    op.create_index("ix_tokens_address", "tokens", ["address"])
    op.create_table(
        "sign_ins",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("address", sa.String(400), nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("browser", sa.String(100), nullable=False),
        sa.Column("network", sa.String(64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_index("ix_sign_ins_address", "sign_ins", ["address"])
