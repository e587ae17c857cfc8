"""The PostgreSQL server of the tests behaves as fault tests need it to."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.parts.postgres import PostgresServer


def keep_a_note(url: str, note: str) -> None:
    with sa.create_engine(url, poolclass=sa.NullPool).begin() as connection:
        connection.execute(sa.text("CREATE TABLE IF NOT EXISTS notes (note TEXT)"))
        connection.execute(sa.text("INSERT INTO notes VALUES (:note)"), {"note": note})


def notes(url: str) -> list[str]:
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
        return list(connection.execute(sa.text("SELECT note FROM notes")).scalars())


def test_a_database_is_empty_and_apart_from_every_other(postgres_server: PostgresServer) -> None:
    # given
    one, other = postgres_server.create_database(), postgres_server.create_database()
    # when
    keep_a_note(one, "only here")
    # then
    assert notes(one) == ["only here"]
    with pytest.raises(sa.exc.ProgrammingError, match='relation "notes" does not exist'):
        notes(other)


@pytest.mark.parametrize("end", [PostgresServer.stop, PostgresServer.kill])
def test_what_was_committed_outlives_a_stop_and_a_kill(own_postgres_server: PostgresServer, end) -> None:
    # given
    url = own_postgres_server.create_database()
    keep_a_note(url, "committed")
    # when
    end(own_postgres_server)
    # then
    with pytest.raises(sa.exc.OperationalError):
        notes(url)
    own_postgres_server.start()
    assert notes(url) == ["committed"]


def test_a_database_that_comes_after_a_dropped_one_is_empty_and_nobody_gets_at_it_by_the_old_address(
    postgres_server: PostgresServer,
) -> None:
    # given
    dropped = postgres_server.create_database()
    keep_a_note(dropped, "of another test")
    # when
    postgres_server.drop_database(dropped)
    following = postgres_server.create_database()
    # then
    with pytest.raises(sa.exc.OperationalError, match="does not exist"):
        notes(dropped)
    with pytest.raises(sa.exc.ProgrammingError, match='relation "notes" does not exist'):
        notes(following)


def test_dropping_a_database_does_not_wait_for_those_who_use_it(postgres_server: PostgresServer) -> None:
    # given
    url = postgres_server.create_database()
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
        connection.execute(sa.text("SELECT 1"))
        # when
        postgres_server.drop_database(url)
        # then
        with pytest.raises(sa.exc.OperationalError):
            connection.execute(sa.text("SELECT 1"))
