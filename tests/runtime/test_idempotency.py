"""Answers by key: the same request is answered the same, another one under its key is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.runtime.store.database import Database
from services.runtime.store.idempotency import KeyReused, KeyTaken, answer_to, forget, metadata, recall, remember
from tests.parts.tables import make_tables


@pytest.fixture
def store(database: Database) -> Database:
    make_tables(database, metadata)
    return database


async def test_an_answer_is_recalled_by_scope_and_key(store: Database) -> None:
    await store.write(lambda connection: remember(connection, "person-1", "key", "hash", '{"version":1}'))

    assert await store.read(lambda connection: recall(connection, "person-1", "key")) == ("hash", '{"version":1}')
    assert await store.read(lambda connection: recall(connection, "person-2", "key")) is None


async def test_the_same_request_gets_its_answer_and_another_under_the_same_key_is_refused(store: Database) -> None:
    await store.write(lambda connection: remember(connection, "person-1", "key", "hash", "{}"))

    assert await store.read(lambda connection: answer_to(connection, "person-1", "key", "hash")) == "{}"
    assert await store.read(lambda connection: answer_to(connection, "person-1", "new", "hash")) is None
    with pytest.raises(KeyReused, match="'key'"):
        await store.read(lambda connection: answer_to(connection, "person-1", "key", "other"))


async def test_the_second_of_two_replicas_learns_that_the_key_is_taken(store: Database) -> None:
    await store.write(lambda connection: remember(connection, "person-1", "key", "hash", "{}"))

    with pytest.raises(KeyTaken):
        await store.write(lambda connection: remember(connection, "person-1", "key", "hash", "{}"))


async def test_old_answers_are_forgotten(store: Database) -> None:
    await store.write(lambda connection: remember(connection, "person-1", "key", "hash", "{}"))
    now = datetime.now(UTC)

    assert await store.write(lambda connection: forget(connection, now - timedelta(days=1))) == 0
    assert await store.write(lambda connection: forget(connection, now + timedelta(seconds=1))) == 1
    assert await store.read(lambda connection: recall(connection, "person-1", "key")) is None
