"""On which day each partnership's people were last told what waits for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "notifications_0003"
down_revision = "notifications_0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "digests_made",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("made_on", sa.Date, nullable=False),
    )
