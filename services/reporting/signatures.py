"""The signatures of issued manifests, and every public key that has signed one. Neither ever changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Integer, LargeBinary, MetaData, String, Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from services.reporting.editions import Issued
from services.reporting.signing import PublicKey, SigningKey
from services.runtime.store.columns import Instant
from services.runtime.store.immutable import refuse_changes

metadata = MetaData()
_keys = Table(
    "signing_keys",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("first_used_at", Instant, nullable=False),
)
_signatures = Table(
    "signatures",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("meeting", String(64), primary_key=True),
    Column("supplement", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)


@dataclass(frozen=True, slots=True)
class UsedKey:
    """A public key that signs or has signed, and since when."""

    key: PublicKey
    first_used_at: datetime


def know(connection: Connection, key: PublicKey, now: datetime) -> None:
    """Remember that ``key`` is in use."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    row = {"fingerprint": key.fingerprint, "public_key": key.raw, "first_used_at": now}
    connection.execute(dialect.insert(_keys).on_conflict_do_nothing(), row)


def keys(connection: Connection) -> list[UsedKey]:
    """Return every key that signs or has signed, the newest first."""
    rows = connection.execute(select(_keys).order_by(_keys.c.first_used_at.desc(), _keys.c.fingerprint))
    return [UsedKey(PublicKey(bytes(row.public_key)), row.first_used_at) for row in rows]


def sign(connection: Connection, edition: Issued, manifest: bytes, key: SigningKey) -> None:
    """Sign the manifest of an edition that is stored in the same transaction."""
    know(connection, key.public, edition.issued_at)
    connection.execute(insert(_signatures), _identity(edition) | {"content": key.sign(manifest)})


def signature(connection: Connection, edition: Issued) -> bytes | None:
    """Return the content of an edition's ``manifest.sig``; None where it was issued before manifests were signed."""
    its = (_signatures.c[name] == value for name, value in _identity(edition).items())
    found = connection.scalar(select(_signatures.c.content).where(*its))
    return None if found is None else bytes(found)


def _identity(edition: Issued) -> dict[str, object]:
    return {"partnership": edition.partnership, "meeting": edition.meeting, "supplement": edition.supplement}


for _table in (_keys, _signatures):
    refuse_changes(_table, "a signature never changes")
