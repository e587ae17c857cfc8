"""The directory's database as 0.1.0 made it before there were migrations."""

from __future__ import annotations

import sqlalchemy as sa

from services.runtime.store.migrations.first_revision import INSTANT, table

revision = "directory_0001"
down_revision = None


def upgrade() -> None:
    """Make what is not there."""
    table(
        "people",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("person_id", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(200)),
        sa.Column("name", sa.String(400)),
        sa.Column("email", sa.String(400)),
        sa.Column("erased_at", INSTANT),
        sa.UniqueConstraint("partnership", "key", name="people_of_one_key"),
    )
