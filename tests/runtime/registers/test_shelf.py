"""Registers in memory: each folded once, given to one at a time, and let go of when memory is short."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from contracts.envelope import Position, Recorded
from services.runtime.registers import snapshots
from services.runtime.registers.folding import catch_up
from services.runtime.registers.live_register import LiveRegister
from services.runtime.registers.memory import RegisterMemory
from services.runtime.registers.shelf import Shelf
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore
from tests.domain.history import History
from tests.parts.tables import make_tables

STORE = EventStore("programme")


class CountedLog:
    """The log of a database; it counts how often it is read from the first event."""

    def __init__(self) -> None:
        self.folded_from_the_first_event = 0

    def position(self, connection: Connection, partnership: str) -> Position:
        return STORE.position(connection, partnership)

    def read(
        self, connection: Connection, partnership: str, after: int = 0, limit: int | None = None
    ) -> Iterator[Recorded]:
        self.folded_from_the_first_event += after == 0
        return STORE.read(connection, partnership, after, limit)


class Tally(LiveRegister):
    """A register with a version and a size, and nothing else."""

    def __init__(self, partnership: str) -> None:
        super().__init__(partnership)
        self.events = 0

    @property
    def version(self) -> int:
        return self.events

    @property
    def size(self) -> int:
        return self.events * 1_000_000


@pytest.fixture
def history() -> History:
    return History("BRE", "HAC")


@pytest.fixture
def kept(database: Database, history: History, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database with a log, and room for snapshots, of which one is made whenever something was folded."""
    monkeypatch.setattr(snapshots, "_WORTH_KEEPING", 1)
    make_tables(database, STORE.metadata, snapshots.metadata)
    database.write_sync(lambda connection: STORE.append(connection, history.events))
    return database


def caught_up(kept: Database, shelf: Shelf[LiveRegister], log: CountedLog) -> Any:
    """Return the register as it is found by somebody who asks."""
    with shelf.held("LAP") as live:
        folded = kept.read_sync(lambda connection: catch_up(log, connection, live))
        snapshots.keep_of(kept, live, folded)
        return live.register


def let_be_written(kept: Database) -> None:
    """Wait until what was handed in to be written has been."""
    kept.write_sync(lambda _connection: None)


def used(shelf: Shelf[Tally], partnership: str, events: int = 1) -> None:
    with shelf.held(partnership) as live:
        live.events = max(live.events, events)
        live.is_folded = True


def in_memory(shelf: Shelf[Tally], *partnerships: str) -> str:
    return "".join(each for each in partnerships if shelf.is_folded(each))


def test_many_who_ask_at_once_for_a_register_that_is_not_in_memory_fold_it_once(kept: Database, history: History):
    log, shelf, together = CountedLog(), Shelf(RegisterMemory(), LiveRegister), Barrier(4)

    def ask(_: int) -> bool:
        together.wait()
        return caught_up(kept, shelf, log) == history.register()

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(ask, range(4)))
    assert log.folded_from_the_first_event == 1


def test_a_register_that_was_let_go_of_comes_back_from_its_snapshot(kept: Database, history: History):
    # given
    log, shelf = CountedLog(), Shelf(RegisterMemory(megabytes=0), LiveRegister)
    caught_up(kept, shelf, log)
    let_be_written(kept)
    kept.write_sync(lambda connection: STORE.append(connection, history.admitted("2014-05-01", "CAM").events[-1:]))
    # when
    found = caught_up(kept, shelf, log)
    # then
    assert found == history.register()
    assert log.folded_from_the_first_event == 1


@pytest.mark.parametrize("more", [0, 1], ids=["as long", "longer"])
def test_a_snapshot_of_another_history_is_passed_over(kept: Database, history: History, more: int):
    # given: a snapshot of a log in whose place another one has been put since
    caught_up(kept, Shelf(RegisterMemory(), LiveRegister), CountedLog())
    let_be_written(kept)
    other = History("BRE", "CAM")
    if more:
        other.admitted("2014-05-01", "HAC")

    def put_in_its_place(connection: Connection) -> None:
        for table in (STORE.events, STORE.heads):
            connection.execute(table.delete())
        STORE.append(connection, other.events)

    kept.write_sync(put_in_its_place)
    # when / then
    assert caught_up(kept, Shelf(RegisterMemory(), LiveRegister), CountedLog()) == other.register()


def test_a_snapshot_that_cannot_be_written_keeps_nobody_from_their_answer(kept: Database, history: History):
    kept.write_sync(snapshots.metadata.drop_all)
    with Shelf(RegisterMemory(), LiveRegister).held("LAP") as live:
        live.take(history.events)
        snapshots.keep_of(kept, live, folded=10)
    let_be_written(kept)
    assert kept.trouble is None


def test_those_that_were_used_last_stay_in_memory():
    shelf = Shelf(RegisterMemory(megabytes=2), Tally)
    for partnership in "ABAC":
        used(shelf, partnership)
    assert in_memory(shelf, *"ABC") == "AC"


def test_registers_of_all_shelves_share_the_memory():
    memory = RegisterMemory(megabytes=2)
    deciding, showing = Shelf(memory, Tally), Shelf(memory, Tally)
    for shelf, partnership in ((deciding, "A"), (showing, "A"), (showing, "B")):
        used(shelf, partnership)
    assert (in_memory(deciding, *"AB"), in_memory(showing, *"AB")) == ("", "AB")


def test_a_register_that_has_grown_makes_others_go():
    shelf = Shelf(RegisterMemory(megabytes=3), Tally)
    used(shelf, "A")
    used(shelf, "B")
    used(shelf, "B", events=3)
    assert in_memory(shelf, *"AB") == "B"


def test_a_register_that_is_being_used_is_not_let_go_of_and_is_the_same_for_all():
    shelf = Shelf(RegisterMemory(megabytes=0), Tally)
    with shelf.held("A") as one:
        one.events = 5
        used(shelf, "B")
        with shelf.held("A") as same:
            assert same is one
    assert in_memory(shelf, *"AB") == ""


def test_a_register_that_was_thrown_away_is_made_anew_by_who_waits_for_it():
    shelf = Shelf(RegisterMemory(), Tally)
    used(shelf, "A", events=3)
    with shelf.held("A"), ThreadPoolExecutor(1) as thread:
        shelf.drop("A")
        waiting = thread.submit(_version_of, shelf, "A")
        assert waiting.result() == 0


def _version_of(shelf: Shelf[Tally], partnership: str) -> int:
    with shelf.held(partnership) as live:
        return live.version


def test_codes_that_no_partnership_has_take_no_memory():
    memory = RegisterMemory()
    shelf = Shelf(memory, Tally)
    for number in range(100):
        with shelf.held(f"X{number}"):
            pass
    assert not memory._places


def test_what_others_have_brought_further_is_not_put_back():
    shelf = Shelf(RegisterMemory(), Tally)
    used(shelf, "A", events=3)
    behind, ahead = Tally("A"), Tally("A")
    behind.events, ahead.events = 2, 4
    shelf.keep(behind)
    assert _version_of(shelf, "A") == 3
    shelf.keep(ahead)
    assert _version_of(shelf, "A") == 4


@given(
    megabytes=st.integers(0, 6),
    uses=st.lists(st.tuples(st.sampled_from("ABCD"), st.integers(0, 4), st.booleans()), max_size=40),
)
def test_memory_is_never_passed_by_registers_that_nobody_uses(megabytes: int, uses: list[tuple[str, int, bool]]):
    memory = RegisterMemory(megabytes)
    shelf = Shelf(memory, Tally)
    for partnership, events, dropped in uses:
        used(shelf, partnership, events)
        if dropped:
            shelf.drop(partnership)
        sizes = [place.live.size for place in memory._places.values()]
        assert sum(sizes) == memory._size <= megabytes * 1_000_000
