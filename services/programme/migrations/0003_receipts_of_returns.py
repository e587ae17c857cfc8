"""Receipts: what stood on the page when somebody submitted a return."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "programme_0003"
down_revision = "programme_0002"


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "return_receipts",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("quarter", sa.String(32), primary_key=True),
        sa.Column("partner", sa.String(64), primary_key=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("lines", sa.JSON, nullable=False),
    )
