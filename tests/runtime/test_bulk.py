"""Many rows by few statements: all of them, once, as the driver wants them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table, select
from sqlalchemy.exc import IntegrityError

from services.runtime.store import bulk, driver
from services.runtime.store.bulk import BulkInsert
from services.runtime.store.columns import Instant
from services.runtime.store.database import Database
from tests.parts.tables import make_tables

metadata = MetaData()
rows_of = Table(
    "bulk_rows",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("body", LargeBinary),
    Column("order", String(10)),  # a word that SQL has a use for
)
NOON = datetime(2014, 7, 1, 12, tzinfo=UTC)
insert = BulkInsert(rows_of)


def rows(count: int) -> list[tuple[object, ...]]:
    return [(number, NOON + timedelta(seconds=number), b"%d" % number, None) for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 3, 37, 256, 1_000])
async def test_every_row_is_there_once_with_its_own_values(database: Database, count: int) -> None:
    make_tables(database, metadata)

    await database.write(lambda connection: insert(connection, rows(count)))

    query = select(rows_of).order_by(rows_of.c.number)
    found = await database.read(lambda connection: [tuple(row) for row in connection.execute(query)])
    assert [(number, at, bytes(body), order) for number, at, body, order in found] == rows(count)


async def test_a_thousand_rows_take_few_statements(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    make_tables(database, metadata)
    statements: list[str] = []

    def noted(connection, sql, parameters):  # type: ignore[no-untyped-def]
        statements.append(sql)
        return driver.run(connection, sql, parameters)

    monkeypatch.setattr(bulk, "run", noted)

    await database.write(lambda connection: insert(connection, rows(1_000)))

    assert 0 < len(statements) < 20


async def test_a_row_that_is_there_already_is_refused(database: Database) -> None:
    make_tables(database, metadata)
    await database.write(lambda connection: insert(connection, rows(3)))

    with pytest.raises(IntegrityError):
        await database.write(lambda connection: insert(connection, rows(5)[2:]))
