"""What Alembic runs for a history: its revisions, in the transaction of the connection that it was given."""

from __future__ import annotations

from alembic import context

from services.runtime.base.failpoints import reached

context.configure(
    connection=context.config.attributes["connection"],
    on_version_apply=lambda **_: reached("schema.revision"),
)
context.run_migrations()
