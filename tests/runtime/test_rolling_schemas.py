"""Versions of the code that work with one database, which is expanded under them first and contracted later."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select

from services.runtime.store.database import Database
from services.runtime.store.history import Kind
from services.runtime.store.preparing import make_ready, upgrade_at_start
from services.runtime.store.schema import Migrated, Schema, SchemaState, UnfitSchema, Upgrade
from tests.runtime.histories import Since, schema

MAKE = "op.create_table('numbers', sa.Column('number', sa.Integer, primary_key=True), sa.Column('name', sa.String(8)))"
EXPAND = Since(1, "op.add_column('numbers', sa.Column('title', sa.String(8)))")
CONTRACT = Since(2, "with op.batch_alter_table('numbers') as table:\n    table.drop_column('name')")
EXPAND_MORE = Since(2, "op.add_column('numbers', sa.Column('note', sa.String(8)))")
HISTORY = (MAKE, EXPAND, CONTRACT, EXPAND_MORE)
COLUMNS = (("name",), ("name", "title"), ("title",), ("title", "note"))
"""What the code of each revision reads and writes beside the number."""


class Code(NamedTuple):
    """A version of the code: the schema that it was written for, and its table."""

    schema: Schema
    table: Table

    def start(self, database: Database, upgrade: Upgrade = Upgrade.NONE) -> Migrated | None:
        return make_ready(self.schema, database, upgrade)

    def write(self, database: Database, number: int) -> None:
        row = {column.name: "new" for column in self.table.columns if column.name != "number"}
        database.write_sync(lambda connection: connection.execute(insert(self.table).values(number=number, **row)))

    def read(self, database: Database) -> Sequence[Any]:
        return database.read_sync(lambda connection: connection.execute(select(self.table.c.number)).scalars().all())


def code(folder: Path, revision: int) -> Code:
    """Return the version of the code that was written for this revision."""
    metadata = MetaData()
    columns = [Column(name, String(8)) for name in COLUMNS[revision - 1]]
    table = Table("numbers", metadata, Column("number", Integer, primary_key=True), *columns)
    return Code(schema(folder / str(revision), "ledger", metadata, *HISTORY[:revision]), table)


@pytest.fixture
def versions(tmp_path: Path) -> list[Code]:
    """The code of each revision, in order."""
    return [code(tmp_path, revision) for revision in range(1, len(HISTORY) + 1)]


def work(database: Database, *versions: Code) -> None:
    """Have each of these start, write what all the others read, and read what they wrote."""
    for number, each in enumerate(versions, 1):
        assert each.start(database) is None
        each.write(database, number)
    for each in versions:
        assert each.read(database) == list(range(1, len(versions) + 1))


def test_code_of_the_revision_before_works_beside_the_newer_one_with_a_schema_that_was_expanded(
    database: Database, versions: list[Code]
) -> None:
    first, second, *_ = versions
    first.start(database)
    assert second.start(database, Upgrade.EXPAND) == Migrated(
        SchemaState.OLDER, "ledger_0001", "ledger_0002_since_0001"
    )
    work(database, first, second, first)


def test_code_that_is_written_for_a_contraction_works_before_it_as_well_as_after(
    database: Database, versions: list[Code]
) -> None:
    # given
    _, second, third, _ = versions
    second.start(database)
    # then: it starts, and takes nothing from the code before by itself
    assert third.start(database, Upgrade.EXPAND) is None
    work(database, second, third)


def test_after_a_contraction_the_code_before_works_still_and_what_is_older_is_refused_in_words(
    database: Database, versions: list[Code]
) -> None:
    # given
    first, second, third, _ = versions
    second.start(database)
    # when
    assert third.start(database, Upgrade.ALL) == Migrated(
        SchemaState.OLDER, "ledger_0002_since_0001", "ledger_0003_since_0002"
    )
    # then
    with pytest.raises(UnfitSchema) as refused:
        first.start(database, Upgrade.ALL)
    assert str(refused.value) == (
        "the ledger database has the schema ledger_0003_since_0002, which needs code of ledger_0002 or later, and the"
        " newest that this version of Concordat knows is ledger_0001; start the version that made it, or restore the"
        " backup from before its upgrade"
    )


def test_code_that_needs_what_an_expansion_brings_does_not_start_before_it(
    database: Database, versions: list[Code]
) -> None:
    first, second, *_ = versions
    first.start(database)
    with pytest.raises(UnfitSchema, match="this version of Concordat needs ledger_0002_since_0001; run concordat migr"):
        second.start(database)


def test_where_a_contraction_is_in_the_way_of_an_expansion_it_is_asked_for(
    database: Database, versions: list[Code]
) -> None:
    # given: a deployment that left the contraction out
    _, second, _, fourth = versions
    second.start(database)
    # when
    with pytest.raises(UnfitSchema) as refused:
        fourth.start(database, Upgrade.EXPAND)
    # then
    assert str(refused.value).endswith(
        "once no service runs whose code is older than ledger_0002, make a backup and run concordat migrate --contract"
    )
    assert fourth.start(database, Upgrade.ALL) is not None
    work(database, fourth)
    assert second.start(database) is None


def test_a_service_that_starts_contracts_a_file_and_never_a_server_s_database(
    database: Database, versions: list[Code]
) -> None:
    _, second, third, _ = versions
    second.start(database)
    contracted = third.start(database, upgrade_at_start(database, allowed=True)) is not None
    assert contracted == (database.file is not None)


def test_an_empty_database_is_given_the_last_schema_and_taken_by_all_code_that_works_with_it(
    database: Database, versions: list[Code]
) -> None:
    first, second, third, fourth = versions
    fourth.start(database)
    work(database, fourth)
    assert [each.start(database) for each in (second, third)] == [None, None]
    with pytest.raises(UnfitSchema):
        first.start(database)


def test_what_a_revision_is_to_older_code_follows_from_its_name(versions: list[Code]) -> None:
    history = versions[-1].schema.history
    kinds = [history.kind_of(each) for each in history.revisions]
    assert kinds == [Kind.BREAKS, Kind.EXPANDS, Kind.CONTRACTS, Kind.EXPANDS]
