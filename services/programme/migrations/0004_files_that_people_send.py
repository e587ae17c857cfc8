"""Files that people sent and have not decided on yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "programme_0004"
down_revision = "programme_0003"


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(43), primary_key=True),
        sa.Column("partnership", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(128), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_uploads_partnership", "uploads", ["partnership"])
    op.create_index("ix_uploads_uploaded_at", "uploads", ["uploaded_at"])
