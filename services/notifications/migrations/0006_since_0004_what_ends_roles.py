"""What ends each role that a person holds: that it was ended, and that its partner leaves, each by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "notifications_0006_since_0004"
down_revision = "notifications_0005_since_0004"


def upgrade() -> None:
    """Add it beside the first day without the role, which older versions go on reading and writing."""
    op.add_column("known_people", sa.Column("ends", sa.JSON))
