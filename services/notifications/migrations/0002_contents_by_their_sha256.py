"""The contents of papers move from their rows into the store of contents, where each is kept once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "notifications_0002"
down_revision = "notifications_0001"


def upgrade() -> None:
    """Make the store, move what was fetched into it, and drop the column that held it."""
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        if_not_exists=True,
    )
    op.execute(
        "INSERT INTO blobs (sha256, content) SELECT sha256, content FROM papers WHERE length(content) > 0"
        " ON CONFLICT DO NOTHING"
    )
    op.add_column("papers", sa.Column("fetched", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute("UPDATE papers SET fetched = true WHERE content IS NOT NULL")
    with op.batch_alter_table("papers") as papers:
        papers.drop_column("content")
