"""Histories of schemas that tests make up."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent
from typing import NamedTuple

from sqlalchemy import MetaData

from services.runtime.store.schema import Schema


class Since(NamedTuple):
    """What a revision does, and the number of the oldest one whose code works with what it leaves."""

    since: int
    does: str


def schema(folder: Path, name: str, tables: MetaData, *revisions: str | Since) -> Schema:
    """Return a schema with a history in ``folder``: what each revision does, with Alembic's ``op`` and ``sa``."""
    folder.mkdir(parents=True, exist_ok=True)
    before: str | None = None
    for number, each in enumerate(revisions, 1):
        since, does = each if isinstance(each, Since) else (number, each)
        numbers = f"{number:04}" if since == number else f"{number:04}_since_{since:04}"
        revision = f"{name}_{numbers}"
        (folder / f"{numbers}_a_revision.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n\n"
            f"revision = {revision!r}\ndown_revision = {before!r}\n\n\n"
            f"def upgrade() -> None:\n{indent(dedent(does), '    ')}\n"
        )
        before = revision
    return Schema(name, folder, (tables,))
