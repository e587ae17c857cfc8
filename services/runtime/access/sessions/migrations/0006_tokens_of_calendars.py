"""Tokens that open one path alone: the addresses of calendars."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "access_0006"
down_revision = "access_0005"


def upgrade() -> None:
    """Have tokens say what they are limited to."""
    op.add_column("tokens", sa.Column("limited_to", sa.String(200)))
