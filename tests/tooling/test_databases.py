"""``database_url`` gives a test each kind of database that Concordat runs on."""

from __future__ import annotations

import sqlalchemy as sa


def test_each_test_has_a_database_to_itself(database_url: str, request) -> None:
    # given
    kind = request.node.callspec.id
    # when
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        tables_before = sa.inspect(connection).get_table_names()
        connection.execute(sa.text("CREATE TABLE left_behind (n INTEGER)"))
    engine.dispose()
    # then
    assert engine.dialect.name == kind
    assert tables_before == []


def test_a_database_has_nothing_of_the_test_before(database_url: str) -> None:
    # given a test before this one that left a table behind, when
    engine = sa.create_engine(database_url)
    tables = sa.inspect(engine).get_table_names()
    engine.dispose()
    # then
    assert tables == []
