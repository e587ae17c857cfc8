"""Drafts of returns: what people have typed and not submitted yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "programme_0002"
down_revision = "programme_0001"


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "draft_answers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("partnership", sa.String(64), nullable=False),
        sa.Column("quarter", sa.String(32), nullable=False),
        sa.Column("partner", sa.String(64), nullable=False),
        sa.Column("by_office", sa.Boolean, nullable=False),
        sa.Column("line", sa.String(128), nullable=False),
        sa.Column("choice", sa.String(32), nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("base", sa.Text, nullable=False),
        sa.Column("was", sa.Text, nullable=False),
        sa.Column("typed_by", sa.String(64), nullable=False),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("draft_answers_of_return", "draft_answers", ["partnership", "quarter", "partner"])
