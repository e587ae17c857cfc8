"""The programme database as 0.1.0 made it before there were migrations."""

from __future__ import annotations

import sqlalchemy as sa

from services.runtime.store.migrations.first_revision import (
    INSTANT,
    consumers,
    index,
    known_instants,
    leases,
    log_of,
    table,
)

revision = "programme_0001"
down_revision = None


def upgrade() -> None:
    """Make what is not there."""
    log_of("programme")
    table(
        "answers",
        sa.Column("scope", sa.String(200), primary_key=True),
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=False),
    )
    index("ix_answers_answered_at", "answers", ["answered_at"])
    leases()
    known_instants()
    consumers()
