"""Contents by their SHA-256: each is kept once, whatever it is called, and what is given back is what was put in."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import Column, Connection, LargeBinary, MetaData, String, Table, select
from sqlalchemy.dialects import postgresql, sqlite


class ContentDamaged(Exception):
    """What is kept under a SHA-256 has another one; the message is a sentence."""


class ContentStore:
    """The contents that a service keeps, in a table of its own database."""

    def __init__(self, metadata: MetaData) -> None:
        """Add the table to the service's ``metadata``."""
        self.table = Table(
            "blobs",
            metadata,
            Column("sha256", String(64), primary_key=True),
            Column("content", LargeBinary, nullable=False),
        )

    def put(self, connection: Connection, contents: Iterable[bytes]) -> None:
        """Keep contents. Those that are kept already stay as they are."""
        rows = [{"sha256": sha256(content).hexdigest(), "content": content} for content in contents]
        if rows:
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            connection.execute(dialect.insert(self.table).on_conflict_do_nothing(), rows)

    def get(self, connection: Connection, digest: str) -> bytes:
        """Return the content with a SHA-256. Raises KeyError where there is none, ContentDamaged."""
        found = connection.scalar(select(self.table.c.content).where(self.table.c.sha256 == digest))
        if found is None:
            raise KeyError(digest)
        content = bytes(found)
        if sha256(content).hexdigest() != digest:
            raise ContentDamaged(f"What is stored under the SHA-256 {digest} is not what was put there.")
        return content
