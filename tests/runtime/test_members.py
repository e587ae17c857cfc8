"""The members of a consumer: who is there, in the order in which they joined, and who is there no longer."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from services.runtime.messaging import members
from services.runtime.messaging.members import Membership
from services.runtime.store.database import Database
from tests.parts.tables import make_tables
from tests.parts.waiting import LONGEST_SECONDS


@pytest.fixture
def store(database: Database) -> Database:
    make_tables(database, members.metadata)
    return database


def lasting(consumer: str = "reporting") -> Membership:
    """Return a place that does not expire while a machine stands still."""
    return Membership(consumer, seconds=LONGEST_SECONDS)


async def test_all_who_are_there_are_known_in_the_order_in_which_they_joined(store: Database) -> None:
    first, second, third = those = [lasting() for _ in range(3)]
    for each in those:
        await store.write(each.renew)
        await asyncio.sleep(0.005)  # SQLite's clock tells milliseconds apart

    names = [each.member for each in those]
    assert [await store.write(each.renew) for each in (third, first, second)] == [names] * 3


async def test_those_of_another_consumer_are_not_counted(store: Database) -> None:
    one, other = lasting(), lasting("notifications")
    await store.write(one.renew)

    assert await store.write(other.renew) == [other.member]


async def test_who_leaves_is_gone_at_once(store: Database) -> None:
    stays, leaves = lasting(), lasting()
    await store.write(leaves.renew)
    await store.write(stays.renew)

    await store.write(leaves.leave)

    assert await store.write(stays.renew) == [stays.member]


async def test_who_does_not_renew_is_gone_and_joins_anew_as_the_last(store: Database) -> None:
    sleeper, stays = Membership("reporting", seconds=0.0), lasting()
    await store.write(sleeper.renew)
    await store.write(stays.renew)
    await asyncio.sleep(0.005)  # SQLite's clock tells milliseconds apart

    assert await store.write(stays.renew) == [stays.member]
    sleeper._seconds = LONGEST_SECONDS  # else its new place might have expired before it is asked who is there
    assert await store.write(sleeper.renew) == [stays.member, sleeper.member]


async def test_what_a_dead_replica_left_behind_is_removed_long_after(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows() -> int:
        return store.read_sync(lambda connection: connection.scalar(select(func.count()).select_from(members.members)))

    dead, living = Membership("reporting", seconds=0.0), lasting()
    await store.write(dead.renew)
    await store.write(living.renew)

    await store.write(living.clear_up)
    assert rows() == 2

    monkeypatch.setattr(members, "_KEEP_SECONDS", 0.0)
    await asyncio.sleep(0.01)
    await store.write(living.clear_up)
    assert rows() == 1
