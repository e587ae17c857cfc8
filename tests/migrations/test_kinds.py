"""Every revision says in its name whose code goes on working, and what it says is true of the tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, inspect

from services.cli.databases import SCHEMAS
from services.runtime.store.database import Database
from services.runtime.store.history import Kind
from services.runtime.store.migrations.running import upgrade
from services.runtime.store.schema import MARK, Schema
from tests.runtime.histories import Since, schema

Tables = dict[str, dict[str, Any]]
CHANGE = "with op.batch_alter_table('numbers') as table: "


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database of each kind."""
    with closing(Database(database_url)) as database:
        yield database


@pytest.fixture(params=sorted(SCHEMAS))
def of_ours(request: pytest.FixtureRequest) -> Schema:
    """The schema of each database."""
    return SCHEMAS[request.param]


def tables(connection: Connection) -> Tables:
    """Return each table's columns and what is unique in it."""
    there = inspect(connection)
    return {
        name: {
            "columns": {each["name"]: each for each in there.get_columns(name)},
            "unique": sorted(
                [str(each["column_names"]) for each in there.get_indexes(name) if each["unique"]]
                + [str(each["column_names"]) for each in there.get_unique_constraints(name)]
            ),
        }
        for name in there.get_table_names()
        if name != MARK.name
    }


def in_the_way(before: Tables, after: Tables) -> Iterator[str]:
    """Yield what would keep code that works with the tables ``before`` from working with those ``after``."""
    for name, table in before.items():
        if name not in after:
            yield f"{name} is gone"
            continue
        known, columns = table["columns"], after[name]["columns"]
        for column, was in known.items():
            if column not in columns:
                yield f"{name}.{column} is gone"
            elif (str(was["type"]), was["nullable"]) != (str(columns[column]["type"]), columns[column]["nullable"]):
                yield f"{name}.{column} is another"
        for column in columns.keys() - known.keys():
            if not columns[column]["nullable"] and columns[column]["default"] is None:
                yield f"{name}.{column} has to be given"
        if after[name]["unique"] != table["unique"]:
            yield f"other columns of {name} are unique"


def wrongly_expanding(database: Database, of: Schema) -> list[str]:
    """Return what is in the way of older code after a revision that says that it only expands."""
    found: list[str] = []
    for before, after in pairwise(of.history.revisions):
        if of.history.kind_of(after) is Kind.EXPANDS:
            database.write_sync(lambda connection, to=before.name: upgrade(connection, of.folder, to))
            was = database.read_sync(tables)
            database.write_sync(lambda connection, to=after.name: upgrade(connection, of.folder, to))
            found += in_the_way(was, database.read_sync(tables))
    return found


def test_what_is_said_to_expand_only_adds_what_older_code_may_leave_out(database: Database, of_ours: Schema) -> None:
    assert wrongly_expanding(database, of_ours) == []


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("op.drop_table('others')", "others is gone"),
        (f"{CHANGE}table.drop_column('name')", "numbers.name is gone"),
        (f"{CHANGE}table.alter_column('name', nullable=False)", "numbers.name is another"),
        (f"{CHANGE}table.add_column(sa.Column('a', sa.Integer, nullable=False))", "numbers.a has to be given"),
        ("op.create_index('one_name', 'numbers', ['name'], unique=True)", "other columns of numbers are unique"),
    ],
)
def test_a_revision_that_does_not_only_expand_is_found_out(
    database: Database, tmp_path: Path, does: str, why: str
) -> None:
    make = (
        "op.create_table('numbers', sa.Column('number', sa.Integer, primary_key=True), sa.Column('name', sa.Text))\n"
        "op.create_table('others', sa.Column('number', sa.Integer, primary_key=True))"
    )
    of = schema(tmp_path / "history", "ledger", MetaData(), make, Since(1, does))
    assert wrongly_expanding(database, of) == [why]


def test_every_file_of_a_history_is_a_revision_of_it(of_ours: Schema) -> None:
    files = [file.stem for file in sorted(of_ours.folder.glob("*.py")) if file.stem != "__init__"]
    names = [each.name.removeprefix(f"{of_ours.name}_") for each in of_ours.history.revisions]
    assert len(files) == len(names)
    assert all(file.startswith(f"{name}_") for file, name in zip(files, names, strict=True))


def test_no_revision_has_code_work_again_that_did_not_and_each_works_with_its_own(of_ours: Schema) -> None:
    revisions = of_ours.history.revisions
    assert [each.number for each in revisions] == list(range(1, len(revisions) + 1))
    assert all(1 <= each.since <= each.number for each in revisions)
    assert all(before.since <= after.since for before, after in pairwise(revisions))


def test_the_name_of_every_revision_fits_into_the_mark(of_ours: Schema) -> None:
    assert len(f"{of_ours.name}_9999_since_9998") <= (MARK.c.version_num.type.length or 0)
