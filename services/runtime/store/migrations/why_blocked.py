"""What is known of a blocked partition beside its reason: a table of the runtime, in the history of each consumer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def add_why_blocked() -> None:
    """Add since when, what is in the way, and at which event; a version that does not know them leaves them empty."""
    for column in (
        sa.Column("since", sa.DateTime(timezone=True)),
        sa.Column("obstacle", sa.String(16)),
        sa.Column("version", sa.BigInteger),
        sa.Column("event", sa.String(64)),
    ):
        op.add_column("standstills", column)
