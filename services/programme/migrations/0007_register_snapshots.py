"""Snapshots of registers: a cache, empty to begin with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "programme_0007"
down_revision = "programme_0006"


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "register_snapshots",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("format", sa.String(64), primary_key=True),
        sa.Column("register", sa.LargeBinary, nullable=False),
    )
