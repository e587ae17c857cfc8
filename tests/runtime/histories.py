"""Histories of schemas that tests make up."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

from sqlalchemy import MetaData

from services.runtime.store.schema import Schema


def schema(folder: Path, name: str, tables: MetaData, *revisions: str) -> Schema:
    """Return a schema with a history in ``folder``: what each revision does, with Alembic's ``op`` and ``sa``."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, does in enumerate(revisions, 1):
        before = repr(f"{name}_{number - 1:04}") if number > 1 else None
        (folder / f"{number:04}_a_revision.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n\n"
            f"revision = {f'{name}_{number:04}'!r}\ndown_revision = {before}\n\n\n"
            f"def upgrade() -> None:\n{indent(dedent(does), '    ')}\n"
        )
    return Schema(name, folder, (tables,))
