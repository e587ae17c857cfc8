"""Before which instant everything is presumed to have been sent, as the databases were restored from an older copy."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "notifications_0004"
down_revision = "notifications_0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "presumed_sent",
        sa.Column("of", sa.String(16), primary_key=True),
        sa.Column("before", sa.DateTime(timezone=True), nullable=False),
    )
