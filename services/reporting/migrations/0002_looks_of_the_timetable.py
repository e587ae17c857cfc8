"""When the timetable looked at which partnership, and up to when that holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "reporting_0002"
down_revision = "reporting_0001"


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "timetable_looks",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("look_again_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_version", sa.String(64), nullable=False),
    )
