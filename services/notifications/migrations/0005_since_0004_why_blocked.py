"""Since when, by what and at which event a partition is blocked."""

from __future__ import annotations

from services.runtime.store.migrations.why_blocked import add_why_blocked

revision = "notifications_0005_since_0004"
down_revision = "notifications_0004"


def upgrade() -> None:
    """Add it to what is written down of blocked partitions."""
    add_why_blocked()
