"""Snapshots: the latest state per partnership, of no use in another format."""

from __future__ import annotations

import pytest

from services.runtime.database import Database
from services.runtime.snapshots import Snapshots


@pytest.fixture
def snapshots(database: Database) -> Snapshots:
    kept = Snapshots("programme")
    database.create(kept.metadata)
    return kept


async def test_the_latest_snapshot_is_found(database: Database, snapshots: Snapshots) -> None:
    await database.write(lambda connection: snapshots.store(connection, "LAP", 10, b"ten", "register-1"))
    await database.write(lambda connection: snapshots.store(connection, "LAP", 20, b"twenty", "register-1"))
    await database.write(lambda connection: snapshots.store(connection, "SEM", 5, b"five", "register-1"))

    assert await database.read(lambda connection: snapshots.load(connection, "LAP", "register-1")) == (20, b"twenty")


async def test_a_snapshot_in_another_format_is_none(database: Database, snapshots: Snapshots) -> None:
    await database.write(lambda connection: snapshots.store(connection, "LAP", 10, b"ten", "register-1"))

    assert await database.read(lambda connection: snapshots.load(connection, "LAP", "register-2")) is None


async def test_a_dropped_snapshot_is_gone(database: Database, snapshots: Snapshots) -> None:
    await database.write(lambda connection: snapshots.store(connection, "LAP", 10, b"ten", "register-1"))
    await database.write(lambda connection: snapshots.drop(connection, "LAP"))

    assert await database.read(lambda connection: snapshots.load(connection, "LAP", "register-1")) is None
