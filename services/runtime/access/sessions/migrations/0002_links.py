"""The links with which people sign in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.runtime.store.migrations.first_revision import INSTANT

revision = "access_0002"
down_revision = "access_0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "links",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("address", sa.String(400), nullable=False),
        sa.Column("browser", sa.String(64)),
        sa.Column("code", sa.String(64)),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("network", sa.String(64), nullable=False),
        sa.Column("leads_to", sa.String(500), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("spent_at", INSTANT),
    )
    for column in ("address", "browser", "network"):
        op.create_index(f"ix_links_{column}", "links", [column])
