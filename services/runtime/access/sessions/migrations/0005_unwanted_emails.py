"""What people do not want to be told by e-mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "access_0005"
down_revision = "access_0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "unwanted_emails",
        sa.Column("address", sa.String(400), primary_key=True),
        sa.Column("topic", sa.String(32), primary_key=True),
    )
