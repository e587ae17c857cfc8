"""People are found by the key of their address, by which they sign in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.runtime.base.addresses import key_of

revision = "directory_0002"
down_revision = "directory_0001"


def upgrade() -> None:
    """Add the key, and give it to everybody who has an address."""
    op.add_column("people", sa.Column("address", sa.String(400)))
    op.create_index("ix_people_address", "people", ["address"])
    people = sa.table("people", sa.column("email"), sa.column("address"))
    connection = op.get_bind()
    for email in connection.scalars(sa.select(people.c.email).where(people.c.email.is_not(None)).distinct()).all():
        connection.execute(sa.update(people).where(people.c.email == email).values(address=key_of(email)))
