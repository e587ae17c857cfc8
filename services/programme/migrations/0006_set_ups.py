"""Partnerships that somebody sets up page by page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "programme_0006"
down_revision = "programme_0005"


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "set_ups",
        sa.Column("id", sa.String(22), primary_key=True),
        sa.Column("address", sa.String(400), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_set_ups_address", "set_ups", ["address"])
    op.create_index("ix_set_ups_changed_at", "set_ups", ["changed_at"])
