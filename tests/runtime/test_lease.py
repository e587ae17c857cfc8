"""A lease: one holder at a time, handed on when it expires or is given back, and confirmed with every write."""

from __future__ import annotations

import asyncio

import pytest

from services.runtime.store import lease
from services.runtime.store.database import Database
from services.runtime.store.lease import Lease, LeaseLost
from tests.parts.tables import make_tables
from tests.parts.waiting import LONGEST_SECONDS


@pytest.fixture
def store(database: Database) -> Database:
    make_tables(database, lease.metadata)
    return database


def lasting(database: Database, name: str) -> Lease:
    """Return a lease that does not expire while a machine stands still."""
    return Lease(database, name, seconds=LONGEST_SECONDS)


async def test_the_first_to_ask_holds_it_and_the_second_waits(store: Database) -> None:
    first, second = lasting(store, "relay"), lasting(store, "relay")

    assert await first.renew() == 1
    assert await second.renew() is None
    assert await first.renew() == 1


async def test_leases_of_different_names_do_not_meet(store: Database) -> None:
    assert await lasting(store, "relay").renew() == 1
    assert await lasting(store, "timetable").renew() == 1


async def test_one_that_is_given_back_is_free_at_once_and_its_fence_rises(store: Database) -> None:
    first, second = lasting(store, "relay"), lasting(store, "relay")
    await first.renew()

    await first.release()

    assert first.fence is None
    assert await second.renew() == 2


async def test_one_that_expired_goes_to_the_next_and_its_old_holder_can_write_nothing_more(store: Database) -> None:
    sleeper, successor = Lease(store, "relay", seconds=0.1), lasting(store, "relay")
    await sleeper.renew()
    await store.write(sleeper.confirm)
    await asyncio.sleep(0.15)

    assert await successor.renew() == 2

    with pytest.raises(LeaseLost, match="another replica"):
        await store.write(sleeper.confirm)
    await store.write(successor.confirm)
    assert await sleeper.renew() is None


async def test_of_many_that_ask_at_once_one_gets_it(store: Database, database_url: str) -> None:
    replicas = [Database(database_url) for _ in range(4)]

    fences = await asyncio.gather(*(lasting(replica, "relay").renew() for replica in replicas))

    assert sorted(fences, key=str) == [1, None, None, None]
    for replica in replicas:
        replica.close()
