"""The reporting database as 0.1.0 made it before there were migrations."""

from __future__ import annotations

import sqlalchemy as sa

from services.runtime.store.migrations.first_revision import (
    INSTANT,
    consumers,
    known_instants,
    leases,
    log_of,
    refuse_changes,
    table,
)

revision = "reporting_0001"
down_revision = None


def upgrade() -> None:
    """Make what is not there."""
    consumers()
    _journal()
    leases()
    known_instants()
    log_of("reporting")
    _editions()
    _signatures()
    _announcements()


def _journal() -> None:
    table(
        "cursors",
        sa.Column("consumer", sa.String(64), primary_key=True),
        sa.Column("stream_created", sa.String(40), nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
    )
    table(
        "journal",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    table(
        "register_snapshots",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("format", sa.String(64), primary_key=True),
        sa.Column("register", sa.LargeBinary, nullable=False),
    )


def _editions() -> None:
    table(
        "editions",
        *_edition(),
        sa.Column("meeting_on", sa.Date, nullable=False),
        sa.Column("meeting_time", sa.Time, nullable=False),
        sa.Column("place", sa.String(200)),
        sa.Column("cut_off", INSTANT, nullable=False),
        sa.Column("taken_in_at", INSTANT, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.Column("previous_meeting", sa.String(64)),
        sa.Column("template", sa.String(64), nullable=False),
        sa.Column("recipients", sa.Text, nullable=False),
    )
    table(
        "edition_notices",
        *_edition(),
        sa.Column("issue_on", sa.Date, nullable=False),
        sa.Column("quarter", sa.String(16), nullable=False),
    )
    table(
        "edition_files",
        *_edition(),
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
    )
    table(
        "blobs",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    for name in ("editions", "edition_notices", "edition_files", "blobs"):
        refuse_changes(name, "an issued pack never changes")


def _signatures() -> None:
    table(
        "signing_keys",
        sa.Column("fingerprint", sa.String(64), primary_key=True),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("first_used_at", INSTANT, nullable=False),
    )
    table("signatures", *_edition(), sa.Column("content", sa.LargeBinary, nullable=False))
    for name in ("signing_keys", "signatures"):
        refuse_changes(name, "a signature never changes")


def _announcements() -> None:
    table(
        "announcements",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("key", sa.String(128), primary_key=True),
        sa.Column("reference_instant", INSTANT, nullable=False),
    )
    table(
        "announced_breaches",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("commitment", sa.String(64), primary_key=True),
        sa.Column("partner", sa.String(64), primary_key=True),
        sa.Column("meeting", sa.String(64), nullable=False),
    )


def _edition() -> list[sa.Column[str] | sa.Column[int]]:
    """Return the columns that tell an edition from others."""
    return [
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("meeting", sa.String(64), primary_key=True),
        sa.Column("supplement", sa.Integer, primary_key=True, autoincrement=False),
    ]
