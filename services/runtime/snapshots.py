"""States kept at a version, so that a long log need not be read from its start: a cache."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Connection, LargeBinary, MetaData, String, Table, delete, insert, select


class Snapshot(NamedTuple):
    """A state after the event with ``version``."""

    version: int
    blob: bytes


class Snapshots:
    """The snapshots of one log, the latest per partnership. ``name`` is the log's."""

    def __init__(self, name: str) -> None:
        self.metadata = MetaData()
        self.table = Table(
            f"{name}_snapshots",
            self.metadata,
            Column("partnership", String(64), primary_key=True),
            Column("version", BigInteger, nullable=False),
            Column("format", String(64), nullable=False),
            Column("blob", LargeBinary, nullable=False),
        )

    def store(self, connection: Connection, partnership: str, version: int, blob: bytes, format_tag: str) -> None:
        """Keep ``blob`` as the state after ``version``, written in the format that ``format_tag`` names."""
        row = {"partnership": partnership, "version": version, "format": format_tag, "blob": blob}
        self.drop(connection, partnership)
        connection.execute(insert(self.table), row)

    def load(self, connection: Connection, partnership: str, format_tag: str) -> Snapshot | None:
        """Return the snapshot, None where there is none in this format: the log then tells it again."""
        columns = self.table.c
        row = connection.execute(
            select(columns.version, columns.blob).where(
                columns.partnership == partnership, columns.format == format_tag
            )
        ).first()
        return Snapshot(row.version, bytes(row.blob)) if row else None

    def drop(self, connection: Connection, partnership: str) -> None:
        """Forget the partnership's snapshot."""
        connection.execute(delete(self.table).where(self.table.c.partnership == partnership))
