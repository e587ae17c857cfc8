"""Running a history of revisions with Alembic, all of it in one transaction."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def configured(history: Path, connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for a history; ``connection`` is one in whose transaction it is to run."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", _as_option(Path(__file__).parent))
    config.set_main_option("version_locations", _as_option(history))
    config.set_main_option("path_separator", "newline")
    return config


def upgrade(connection: Connection, history: Path, revision: str = "head") -> None:
    """Bring a database to a revision of its history, usually the last one, in the present transaction."""
    command.upgrade(configured(history, connection), revision)


def _as_option(path: Path) -> str:
    return str(path).replace("%", "%%")
