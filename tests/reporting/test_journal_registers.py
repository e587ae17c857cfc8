"""A register is the fold of the journal, live and as at any instant, with snapshots and without."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from domain.register import Register
from services.reporting import journal
from services.reporting.registers import NoSuchPartnership, Registers
from services.runtime.registers import snapshots
from services.runtime.registers.memory import RegisterMemory
from services.runtime.store.database import Database
from tests.domain.history import History, at
from tests.parts.waiting import until


def write(database: Database, events) -> None:
    database.write_sync(lambda connection: journal.write(connection, events))


@pytest.fixture
def history(database: Database) -> History:
    """A partnership that one borough joins on each of 28 days."""
    told = History(holiday_set="none")
    for day in range(1, 29):
        told.admitted(f"2014-05-{day:02}", f"P{day:02}")
    write(database, told.events)
    return told


@pytest.fixture
def eager_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Snapshots are taken after every fifth event."""
    monkeypatch.setattr(snapshots, "_WORTH_KEEPING", 5)


def formats(database: Database) -> set[str]:
    return set(database.read_sync(lambda connection: connection.scalars(select(snapshots._snapshots.c.format)).all()))


def kept(database: Database) -> int:
    count = select(func.count()).select_from(snapshots._snapshots)
    return database.write_sync(lambda connection: connection.scalar(count))  # behind those that wait to be written


def test_the_live_register_holds_everything_in_the_journal(database: Database, history: History):
    assert Registers(database).view("LAP", lambda register: register == history.register())


def test_the_live_register_follows_what_another_replica_has_written(database: Database, history: History):
    live = Registers(database)
    assert live.view("LAP", lambda register: len(register.partners)) == 28
    write(database, history.admitted("2014-06-01", "NEW").events[-1:])
    assert live.view("LAP", lambda register: "NEW" in register.partners)


@pytest.mark.parametrize("instant", ["2014-05-01", "2014-05-09", "2014-05-28", "2015-01-01"])
def test_the_register_at_an_instant_is_the_fold_of_what_was_recorded_by_then(
    database: Database, history: History, eager_snapshots: None, instant: str
):
    for _ in ("first without a snapshot", "then with those of the first"):
        assert Registers(database).at("LAP", at(instant)) == history.register(at(instant))
        assert Registers(database).at("LAP", at("2014-05-20")) == history.register(at("2014-05-20"))


def test_a_register_of_the_past_is_the_callers_own(database: Database, history: History):
    of_past = Registers(database)
    of_past.at("LAP", at("2014-05-20")).partners.clear()
    assert len(of_past.at("LAP", at("2014-05-20")).partners) == 20


def test_deleting_every_snapshot_changes_nothing(database: Database, history: History, eager_snapshots: None):
    Registers(database).at("LAP", at("2014-05-20"))
    assert kept(database) > 0
    database.write_sync(snapshots.forget_all)
    assert Registers(database).at("LAP", at("2014-05-20")) == history.register(at("2014-05-20"))


def test_a_snapshot_in_another_format_is_not_used(
    database: Database, history: History, eager_snapshots: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(snapshots, "_FORMAT", "of an older release")
    monkeypatch.setattr(snapshots.pickle, "dumps", lambda *_, **__: b"not a register")
    Registers(database).at("LAP", at("2014-05-20"))
    monkeypatch.setattr(snapshots, "_FORMAT", "of this release")
    assert Registers(database).at("LAP", at("2014-05-21")) == history.register(at("2014-05-21"))


async def test_snapshots_of_another_version_are_left_for_its_replicas_and_forgotten_later(
    database: Database, history: History, eager_snapshots: None, monkeypatch: pytest.MonkeyPatch
):
    # given
    with monkeypatch.context() as before:
        before.setattr(snapshots, "_FORMAT", "of another release")
        Registers(database).at("LAP", at("2014-05-20"))
        await until(lambda: formats(database) == {"of another release"})
    # when: a service of this version starts and works
    later = snapshots.forget_other_formats_later(database)
    Registers(database).at("LAP", at("2014-05-20"))
    # then
    await until(lambda: formats(database) == {"of another release", snapshots._FORMAT})
    assert later.when() >= asyncio.get_running_loop().time() + 3_000
    later.cancel()
    # and
    snapshots.forget_other_formats_later(database, seconds=0)
    await until(lambda: formats(database) == {snapshots._FORMAT})


def test_a_snapshot_that_cannot_be_read_is_passed_over(
    database: Database, history: History, eager_snapshots: None, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as spoiling:
        spoiling.setattr(snapshots.pickle, "dumps", lambda *_, **__: b"not a register")
        Registers(database).at("LAP", at("2014-05-20"))
    assert Registers(database).at("LAP", at("2014-05-21")) == history.register(at("2014-05-21"))


def test_a_restarted_service_begins_from_a_snapshot(
    database: Database, history: History, eager_snapshots: None, monkeypatch: pytest.MonkeyPatch
):
    Registers(database).view("LAP", lambda register: None)
    read: list[int] = []
    whole_read = journal.read
    monkeypatch.setattr(
        journal,
        "read",
        lambda connection, code, after, limit: read.append(after) or whole_read(connection, code, after, limit),
    )
    write(database, history.admitted("2014-06-01", "NEW").events[-1:])
    assert Registers(database).view("LAP", lambda register: len(register.partners)) == 29
    assert read == [29]


def test_only_the_latest_snapshots_are_kept(database: Database, history: History, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(snapshots, "_WORTH_KEEPING", 1)
    for version in range(1, 20):
        Registers(database).at_version("LAP", version)
    assert kept(database) == snapshots._KEPT


def test_many_threads_see_a_whole_register_while_it_grows(database: Database, history: History):
    live = Registers(database)

    def look(_: int) -> bool:
        return live.view("LAP", _is_whole)

    with ThreadPoolExecutor(8) as readers:
        looks = readers.map(look, range(200))
        for day in range(1, 28):
            write(database, history.admitted(f"2014-06-{day:02}", f"Q{day:02}").events[-1:])
        assert all(looks)
    assert live.view("LAP", lambda register: register == history.register())


def _is_whole(register: Register) -> bool:
    return len(register.partners) == register.position.version - 1


def test_a_partnership_that_was_never_formed_is_none(database: Database):
    with pytest.raises(NoSuchPartnership):
        Registers(database).view("SEM", lambda register: register)


def test_registers_that_nobody_asked_for_lately_leave_memory_and_come_back(database: Database, history: History):
    live = Registers(database, RegisterMemory(megabytes=0))
    for code in ("LAP", "SEM", "LAP"):
        try:
            assert live.view(code, lambda register: len(register.partners)) == 28
        except NoSuchPartnership:
            assert code == "SEM"
