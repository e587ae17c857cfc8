"""Since when, by what and at which event a partition is blocked."""

from __future__ import annotations

from services.runtime.store.migrations.why_blocked import add_why_blocked

revision = "reporting_0003_since_0002"
down_revision = "reporting_0002"


def upgrade() -> None:
    """Add it to what is written down of blocked partitions."""
    add_why_blocked()
