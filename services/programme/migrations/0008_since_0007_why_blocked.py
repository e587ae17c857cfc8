"""Since when, by what and at which event a partition is blocked."""

from __future__ import annotations

from services.runtime.store.migrations.why_blocked import add_why_blocked

revision = "programme_0008_since_0007"
down_revision = "programme_0007"


def upgrade() -> None:
    """Add it to what is written down of blocked partitions."""
    add_why_blocked()
