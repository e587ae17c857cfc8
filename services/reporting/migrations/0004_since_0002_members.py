"""The replicas that share the stream out among themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "reporting_0004_since_0002"
down_revision = "reporting_0003_since_0002"


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "members",
        sa.Column("consumer", sa.String(64), primary_key=True),
        sa.Column("member", sa.String(64), primary_key=True),
        sa.Column("joined", sa.Float(53), nullable=False),
        sa.Column("expires", sa.Float(53), nullable=False),
    )
