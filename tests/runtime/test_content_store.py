"""Contents by their SHA-256: kept once, given back whole, and never given back where they were changed."""

from __future__ import annotations

from hashlib import sha256

import pytest
from sqlalchemy import MetaData, func, select, update

from services.runtime.store.content_store import ContentDamaged, ContentStore
from services.runtime.store.database import Database
from tests.parts.tables import make_tables

metadata = MetaData()
store = ContentStore(metadata)


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


@pytest.fixture
def contents(database: Database) -> Database:
    make_tables(database, metadata)
    return database


@pytest.mark.parametrize("content", [b"", b"\x00\xff" * 500_000], ids=["nothing", "a megabyte"])
async def test_what_was_put_in_is_given_back(contents: Database, content: bytes) -> None:
    await contents.write(lambda connection: store.put(connection, [content]))
    assert await contents.read(lambda connection: store.get(connection, digest(content))) == content


async def test_the_same_content_is_kept_once(contents: Database) -> None:
    for pair in ([b"one", b"two"], [b"two", b"two"], []):
        await contents.write(lambda connection, pair=pair: store.put(connection, pair))
    count = select(func.count()).select_from(store.table)
    assert await contents.read(lambda connection: connection.scalar(count)) == 2


async def test_a_content_that_is_not_there_is_a_key_that_is_not_there(contents: Database) -> None:
    with pytest.raises(KeyError):
        await contents.read(lambda connection: store.get(connection, digest(b"one")))


async def test_a_content_that_was_changed_is_not_given_back(contents: Database) -> None:
    await contents.write(lambda connection: store.put(connection, [b"one"]))
    await contents.write(lambda connection: connection.execute(update(store.table).values(content=b"won")).rowcount)
    with pytest.raises(ContentDamaged, match="not what was put there"):
        await contents.read(lambda connection: store.get(connection, digest(b"one")))
