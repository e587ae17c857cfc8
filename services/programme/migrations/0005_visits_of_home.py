"""When somebody was last at Home."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "programme_0005"
down_revision = "programme_0004"


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "visits",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("person", sa.String(64), primary_key=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True)),
    )
