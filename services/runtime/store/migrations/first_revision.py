"""Tables that the first revisions of several histories make: what the runtime keeps in each service's database.

They stand here as 0.1.0 made them before there were migrations, and never change: later revisions change tables. Where
a table is there already it is left as it is, so that a database of that time becomes the first revision, whatever it
has yet to get.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from contracts.sealing import new_epoch

INSTANT = sa.DateTime(timezone=True)


def table(name: str, *columns: sa.schema.SchemaItem, sqlite_with_rowid: bool = True) -> None:
    """Make a table unless it is there."""
    op.create_table(name, *columns, if_not_exists=True, sqlite_with_rowid=sqlite_with_rowid)


def index(name: str, on: str, columns: list[str], where: sa.TextClause | None = None) -> None:
    """Make an index unless it is there."""
    op.create_index(name, on, columns, if_not_exists=True, sqlite_where=where, postgresql_where=where)


def log_of(service: str) -> None:
    """Make a service's log; one that has no epoch yet begins its first."""
    table(
        f"{service}_events",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.Column("traceparent", sa.String(64)),
    )
    table(
        f"{service}_heads",
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("relayed", sa.BigInteger, nullable=False),
    )
    index(f"{service}_heads_behind", f"{service}_heads", ["partnership"], sa.text("relayed < version"))
    table(f"{service}_epochs", sa.Column("epoch", sa.String(40), primary_key=True))
    epochs = sa.table(f"{service}_epochs", sa.column("epoch"))
    if op.get_bind().scalar(sa.select(epochs.c.epoch).limit(1)) is None:
        op.get_bind().execute(sa.insert(epochs).values(epoch=new_epoch(after="")))


def leases() -> None:
    """Make the leases of replicas."""
    table(
        "leases",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.Float(53), nullable=False),
    )


def known_instants() -> None:
    """Make what the clock is judged by."""
    table(
        "known_instants",
        sa.Column("of", sa.String(16), primary_key=True),
        sa.Column("instant", INSTANT, nullable=False),
        sa.Column("boot", sa.String(64), nullable=False),
        sa.Column("uptime", sa.Float(53), nullable=False),
        sa.Column("questioned", INSTANT),
    )


def consumers() -> None:
    """Make what consumers keep: positions, blocked partitions, dead letters, messages that no service sealed."""
    table(
        "positions",
        sa.Column("consumer", sa.String(64), primary_key=True),
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        _epoch(),
    )
    if "epoch" not in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("positions")}:
        op.add_column("positions", _epoch())  # the table is from before there were epochs
    table(
        "standstills",
        sa.Column("consumer", sa.String(64), primary_key=True),
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    table(
        "dead_letters",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("consumer", sa.String(64), nullable=False),
        sa.Column("partnership", sa.String(64), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("wire", sa.LargeBinary, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("buried_at", INSTANT, nullable=False),
    )
    index("ix_dead_letters_consumer", "dead_letters", ["consumer"])
    table(
        "failures",
        sa.Column("consumer", sa.String(64), primary_key=True),
        sa.Column("partnership", sa.String(64), primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    table(
        "strangers",
        sa.Column("consumer", sa.String(64), primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
    )
    table(
        "strangers_kept",
        sa.Column("consumer", sa.String(64), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
    )


def refuse_changes(table_name: str, sentence: str) -> None:
    """Have the database refuse to alter or remove a row of a table, with ``sentence`` as its reason."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER IF NOT EXISTS {table_name}_refuse_{change.lower()} BEFORE {change} ON {table_name}"
                f" BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION refuse_change_of_{table_name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{sentence}'; END $$"
    )
    op.execute(f"DROP TRIGGER IF EXISTS {table_name}_refuse_change ON {table_name}")
    op.execute(
        f"CREATE TRIGGER {table_name}_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table_name}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_{table_name}()"
    )


def _epoch() -> sa.Column[str]:
    return sa.Column("epoch", sa.String(40), nullable=False, server_default="")
