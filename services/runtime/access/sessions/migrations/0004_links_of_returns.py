"""Sessions that are limited to one return, and the links that open one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.runtime.store.migrations.first_revision import INSTANT

revision = "access_0004"
down_revision = "access_0003"


def upgrade() -> None:
    """Make the tables, and have sessions say what they are limited to."""
    op.add_column("sessions", sa.Column("limited_to", sa.String(200)))
    op.create_table(
        "return_openings",
        sa.Column("link", sa.String(64), primary_key=True),
        sa.Column("browser", sa.String(64), primary_key=True),
        sa.Column("network", sa.String(64), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
    )
    op.create_index("ix_return_openings_network", "return_openings", ["network"])
    op.create_table(
        "return_links_taken_back",
        sa.Column("whose", sa.String(64), primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
    )
