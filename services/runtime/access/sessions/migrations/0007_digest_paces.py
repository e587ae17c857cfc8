"""How often people want to be told by e-mail what waits for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "access_0007"
down_revision = "access_0006"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "digest_paces",
        sa.Column("address", sa.String(400), primary_key=True),
        sa.Column("pace", sa.String(16), nullable=False),
    )
