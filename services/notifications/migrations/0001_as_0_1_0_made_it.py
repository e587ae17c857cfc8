"""The notifications database as 0.1.0 made it before there were migrations."""

from __future__ import annotations

import sqlalchemy as sa

from services.runtime.store.migrations.first_revision import INSTANT, consumers, index, leases, table

revision = "notifications_0001"
down_revision = None


def upgrade() -> None:
    """Make what is not there."""
    _queue()
    _held_back()
    _read_model()
    _papers()
    leases()
    consumers()


def _queue() -> None:
    table(
        "notices",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("reference", sa.String(160), primary_key=True),
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
    )
    table(
        "deliveries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("partnership", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("reference", sa.String(160), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("role", sa.String(32)),
        sa.Column("partners", sa.JSON, nullable=False),
        sa.Column("message_id", sa.String(255), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("fence", sa.BigInteger),
        sa.Column("attempted_at", INSTANT),
        sa.Column("handed_over_at", INSTANT),
        sa.Column("doubts", sa.Integer, nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.Column("reason", sa.Text),
        sa.Column("traceparent", sa.String(64)),
        sa.UniqueConstraint("partnership", "kind", "reference", "person", name="deliveries_once_each"),
    )
    index("deliveries_due", "deliveries", ["state", "due_at"])
    index("deliveries_of_partnership", "deliveries", ["partnership", "id"])


def _held_back() -> None:
    table(
        "held_back",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("rests_on", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.Column("traceparent", sa.String(64), nullable=False),
    )


def _read_model() -> None:
    table(
        "known_partnerships",
        sa.Column("code", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("imported_at", INSTANT),
    )
    table(
        "known_partners",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("code", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("left_on", sa.Date),
    )
    table(
        "known_people",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("person", sa.String(64), primary_key=True),
        sa.Column("partners", sa.JSON, nullable=False),
        sa.Column("held", sa.JSON, nullable=False),
    )
    table(
        "known_meetings",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("reference", sa.String(64), primary_key=True),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("time", sa.Time, nullable=False),
        sa.Column("place", sa.String(200)),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("uid", sa.String(64), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("cancelled_because", sa.Text),
        sa.Column("recorded_at", INSTANT, nullable=False),
    )
    table(
        "known_agenda_items",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("meeting", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("recommendation", sa.Text),
        sa.Column("owner", sa.String(64)),
        sa.Column("recorded_at", INSTANT, nullable=False),
    )
    table("partnerships_relearnt", sa.Column("partnership", sa.String(64), primary_key=True))


def _papers() -> None:
    table(
        "papers",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("pack", sa.String(80), primary_key=True),
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("path", sa.String(400), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary),
        sa.Column("problem", sa.Text),
    )
