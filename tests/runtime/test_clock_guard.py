"""A clock that jumps ahead is not believed until an operator confirms it; a quiet time is no jump."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import psycopg
import pytest

from services.runtime.base.clock import SteppedClock
from services.runtime.process import clock_guard
from services.runtime.process.clock_guard import ClockGuard
from services.runtime.store.database import Database
from tests.parts.postgres import PostgresServer
from tests.parts.tables import make_tables
from tests.parts.waiting import until

NOW = datetime(2026, 11, 25, 21, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LIMIT_HOURS = 24.0


class Loose:
    """A clock that nobody sets by hand, and that goes wrong."""

    def __init__(self) -> None:
        self.reads = NOW

    def now(self) -> datetime:
        return self.reads


class Machine:
    """How long the machine has run, and which run of it this is."""

    def __init__(self) -> None:
        self.boot = "first"
        self.uptime = 1000.0

    def __call__(self) -> tuple[str, float]:
        return self.boot, self.uptime


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine()
    monkeypatch.setattr(clock_guard, "_machine", machine)
    return machine


@pytest.fixture
def guarded(database: Database, machine: Machine) -> Callable[..., ClockGuard]:
    make_tables(database, clock_guard.metadata)

    def guarding(clock: Loose | SteppedClock, hours: float = LIMIT_HOURS, last: datetime | None = None) -> ClockGuard:
        return ClockGuard(database, clock, hours, lambda _connection: last)

    return guarding


async def test_a_jump_is_refused_in_words_until_it_is_confirmed(
    guarded: Callable[..., ClockGuard], database: Database
) -> None:
    # given: a service at work
    clock = Loose()
    guard = guarded(clock)
    await guard.start()
    assert guard.blockage("LAP") is None

    # when: its clock jumps by 400 days
    clock.reads = NOW + 400 * DAY
    refused = guard.blockage("LAP")
    await guard.look()

    # then
    assert refused == (
        "The clock reads 2027-12-30 21:00 UTC, which is more than 24 hours past the last instant that is known,"
        " 2026-11-25 21:00 UTC. Nothing is recorded until the clock is set right or, where it is right, confirmed with:"
        " concordat clock confirm"
    )
    assert (await guard.check().probe()).message == refused

    # and: it is believed once an operator has confirmed it
    assert await database.read(clock_guard.questioned) == clock.reads
    await database.write(partial(clock_guard.believe, instant=clock.reads))
    clock.reads += timedelta(minutes=5)
    await guard.look()
    assert guard.blockage("LAP") is None


async def test_a_jump_that_is_over_needs_no_confirmation(
    guarded: Callable[..., ClockGuard], database: Database
) -> None:
    clock = Loose()
    guard = guarded(clock)
    await guard.start()
    clock.reads = NOW + 400 * DAY
    await guard.look()

    clock.reads = NOW + timedelta(minutes=1)

    assert guard.blockage("LAP") is None
    await guard.look()
    assert await database.read(clock_guard.questioned) is None


async def test_a_jump_while_the_service_was_off_is_refused_after_its_start(
    guarded: Callable[..., ClockGuard], machine: Machine
) -> None:
    clock = Loose()
    await guarded(clock).start()
    clock.reads = NOW + 2 * DAY

    again = guarded(clock)
    await again.start()
    assert again.blockage("LAP") is not None


async def test_a_log_that_was_written_before_there_was_a_guard_tells_the_last_instant(
    guarded: Callable[..., ClockGuard],
) -> None:
    clock = Loose()
    guard = guarded(clock, last=NOW - 400 * DAY)
    await guard.start()
    assert guard.blockage("LAP") is not None


async def test_a_month_without_a_change_is_no_jump(guarded: Callable[..., ClockGuard], machine: Machine) -> None:
    # given: a service that runs and to which nobody comes
    clock = Loose()
    guard = guarded(clock)
    await guard.start()
    for _ in range(31):
        clock.reads += DAY
        machine.uptime += DAY.total_seconds()
        await guard.look()

    # then
    assert guard.blockage("LAP") is None

    # and: neither is one that the machine ran through while the service did not
    clock.reads += 31 * DAY
    machine.uptime += 31 * DAY.total_seconds()
    again = guarded(clock)
    await again.start()
    assert again.blockage("LAP") is None


async def test_a_machine_that_was_off_for_longer_has_its_clock_confirmed(
    guarded: Callable[..., ClockGuard], machine: Machine
) -> None:
    clock = Loose()
    await guarded(clock).start()
    machine.boot, machine.uptime = "second", 10.0
    for off, questioned in ((DAY / 2, False), (3 * DAY, True)):
        clock.reads = NOW + off
        again = guarded(clock)
        await again.start()
        assert (again.blockage("LAP") is not None) == questioned


@pytest.mark.parametrize("hours", [0.0, LIMIT_HOURS])
async def test_a_clock_that_is_set_by_hand_or_need_not_be_judged_may_jump(
    guarded: Callable[..., ClockGuard], hours: float
) -> None:
    clock = SteppedClock(NOW) if hours else Loose()
    guard = guarded(clock, hours)
    await guard.start()
    if isinstance(clock, SteppedClock):
        clock.move_to(NOW + 400 * DAY)
    else:
        clock.reads = NOW + 400 * DAY
    assert guard.blockage("LAP") is None
    await guard.look()


async def test_a_replica_with_a_clock_that_is_behind_takes_nothing_back(
    guarded: Callable[..., ClockGuard], database: Database
) -> None:
    ahead, behind = Loose(), Loose()
    ahead.reads = NOW + timedelta(hours=20)
    first, second = guarded(ahead), guarded(behind)
    await first.start()
    await second.start()
    third = guarded(ahead)
    await third.start()
    ahead.reads = NOW + timedelta(hours=40)
    assert third.blockage("LAP") is None


def test_where_no_run_of_the_machine_can_be_told_no_seconds_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_guard, "_boot", lambda: "")
    assert clock_guard._machine() == ("", 0.0)


async def test_of_replicas_that_start_at_once_on_an_empty_database_each_starts(postgres_server: PostgresServer) -> None:
    # given one that has written and not yet committed
    url = postgres_server.create_database()
    database = Database(url)
    make_tables(database, clock_guard.metadata)
    address = url.replace("+psycopg", "")
    first, onlooker = psycopg.connect(address), psycopg.connect(address, autocommit=True)
    first.execute("INSERT INTO known_instants VALUES ('clock', now(), '', 0)")
    # when another starts
    starting = asyncio.create_task(ClockGuard(database, Loose(), LIMIT_HOURS, lambda _connection: None).start())
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    await until(lambda: onlooker.execute(waiting).fetchone() is not None, what="the second replica's turn")
    first.commit()
    # then
    await starting
    for each in (first, onlooker, database):
        each.close()
    postgres_server.drop_database(url)
