"""Log, relay, stream and follower as a model that crashes at every step, thousands of times in a few seconds.

The log, the inbox and what is taken in are the product's own code on databases in memory; the stream is a list that
does what streams do at their worst. What takes minutes with real processes is tried here in every order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, create_engine, select, update
from sqlalchemy.pool import StaticPool

from contracts.envelope import Position, Recorded, read_with_chain, with_chain
from services.reporting import journal
from services.runtime.messaging import inbox
from services.runtime.messaging.inbox_batch import apply_batch
from services.runtime.store.event_store import EventStore, VersionConflict
from tests.faults import mutants
from tests.runtime.ledger import run_of

pytestmark = pytest.mark.every_form

CONSUMER = "reporting"
PARTNERSHIPS = st.sampled_from(["LAP", "SEM"])
_WINDOW = 3


class Crash(Exception):
    """The process dies here: what is not committed has not been."""


class Model(RuleBasedStateMachine):
    """Two replicas that append, one relay, one stream, one follower; any of them dies at any step."""

    marks_first = False

    def __init__(self) -> None:
        super().__init__()
        self.log = EventStore("programme")
        self.source = create_engine("sqlite://", poolclass=StaticPool)
        self.log.metadata.create_all(self.source)
        self.target = create_engine("sqlite://", poolclass=StaticPool)
        for schema in (inbox.metadata, journal.metadata):
            schema.create_all(self.target)
        self.answered: dict[str, list[Recorded]] = {}
        self.seen: dict[str, Position] = {}
        self.stream: list[bytes] = []
        self.read = 0
        self.broker_may_lose = False
        self.lost_by_the_broker = False

    def teardown(self) -> None:
        try:
            self._everything_is_put_right()
        finally:
            self.source.dispose()
            self.target.dispose()

    @initialize(may_lose=st.booleans())
    def a_broker_is_chosen(self, may_lose: bool) -> None:
        """What an operator sends again after a loss would make up for a relay that loses things."""
        self.broker_may_lose = may_lose

    @rule(partnership=PARTNERSHIPS, count=st.integers(1, 3))
    def a_replica_decides_on_what_it_sees_and_is_answered(self, partnership: str, count: int) -> None:
        self._append(partnership, self._head(partnership), count, dies=False)

    @rule(partnership=PARTNERSHIPS)
    def a_replica_looks_and_decides_later(self, partnership: str) -> None:
        self.seen[partnership] = self._head(partnership)

    @rule(partnership=PARTNERSHIPS, count=st.integers(1, 3))
    def a_replica_decides_on_what_it_saw_before(self, partnership: str, count: int) -> None:
        if partnership in self.seen:
            self._append(partnership, self.seen.pop(partnership), count, dies=False)

    @rule(partnership=PARTNERSHIPS, counts=st.tuples(st.integers(1, 3), st.integers(1, 3)))
    def two_replicas_decide_on_what_both_see(self, partnership: str, counts: tuple[int, int]) -> None:
        seen = self._head(partnership)
        for count in counts:
            self._append(partnership, seen, count, dies=False)

    @rule(partnership=PARTNERSHIPS)
    def a_replica_dies_after_it_appended(self, partnership: str) -> None:
        self._append(partnership, self._head(partnership), 1, dies=True)

    @rule(acknowledged=st.integers(0, _WINDOW), dies=st.booleans())
    def the_relay_publishes_and_part_of_it_is_acknowledged(self, acknowledged: int, dies: bool) -> None:
        with self.source.begin() as connection:
            for partnership in self.log.partnerships(connection):
                behind = select(self.log.heads.c.relayed).where(self.log.heads.c.partnership == partnership)
                sent = connection.scalar(behind) or 0
                window = list(self.log.read_stored(connection, partnership, sent, limit=_WINDOW))
                taken = window[:acknowledged]
                self.stream += [with_chain(event.body, event.chain) for event in taken]
                marked = window if self.marks_first else [] if dies else taken
                if marked:
                    its = self.log.heads.c.partnership == partnership
                    connection.execute(update(self.log.heads).where(its).values(relayed=marked[-1].version))

    @rule(batch=st.integers(1, 5), dies=st.booleans())
    def the_follower_takes_what_has_arrived(self, batch: int, dies: bool) -> None:
        self._take(self.stream[self.read : self.read + batch], dies)
        if not dies:
            self.read += batch

    @rule(data=st.data())
    def an_old_message_comes_again(self, data: st.DataObject) -> None:
        if self.stream:
            self.stream.append(data.draw(st.sampled_from(self.stream)))

    @rule(partnership=PARTNERSHIPS)
    def the_newest_event_arrives_before_its_turn(self, partnership: str) -> None:
        if events := self.answered.get(partnership):
            self.stream.insert(self.read, with_chain(events[-1].body, events[-1].chain))
            self.the_follower_takes_what_has_arrived(1, dies=False)

    @precondition(lambda self: self.broker_may_lose)
    @rule(kept=st.integers(0, 5))
    def the_stream_is_replaced_by_an_older_copy(self, kept: int) -> None:
        self.stream = self.stream[:kept]
        self.read = 0
        self.lost_by_the_broker = True

    @invariant()
    def the_journal_is_always_a_beginning_of_the_log(self) -> None:
        for partnership, events in self.answered.items():
            entered = self._entered(partnership)
            assert entered == [event.body for event in events[: len(entered)]]

    def _everything_is_put_right(self) -> None:
        """Nobody dies any more, an operator republishes what was lost, and the follower looks for what it lacks."""
        for _ in range(sum(map(len, self.answered.values())) // _WINDOW + 1):
            self.the_relay_publishes_and_part_of_it_is_acknowledged(_WINDOW, dies=False)
        if self.lost_by_the_broker:
            self.stream += [
                with_chain(event.body, event.chain) for events in self.answered.values() for event in events
            ]
        # By version, wherever it is in the stream, as ``find_following`` does.
        self._take(sorted(self.stream, key=lambda wire: read_with_chain(wire).version), dies=False)
        for partnership, events in self.answered.items():
            assert self._entered(partnership) == [event.body for event in events]
            with self.source.begin() as connection:
                assert self.log.verify(connection, partnership) is None

    def _head(self, partnership: str) -> Position:
        with self.source.begin() as connection:
            return self.log.position(connection, partnership)

    def _append(self, partnership: str, after: Position, count: int, *, dies: bool) -> None:
        events = run_of(count, partnership, after, days=len(self.answered.get(partnership, ())) + 1)
        try:
            with self.source.begin() as connection:
                self.log.append(connection, events)
                _die(dies)
        except (VersionConflict, Crash):
            return
        self.answered.setdefault(partnership, []).extend(events)

    def _take(self, wires: Sequence[bytes], dies: bool) -> None:
        try:
            with self.target.begin() as connection:
                apply_batch(connection, CONSUMER, [read_with_chain(wire) for wire in wires], _enter)
                _die(dies)
        except Crash:
            return

    def _entered(self, partnership: str) -> list[bytes]:
        with self.target.begin() as connection:
            return [event.body for event in journal.read(connection, partnership)]


def _die(dies: bool) -> None:
    if dies:
        raise Crash


def _enter(connection: Connection, events: Sequence[Recorded]) -> None:
    journal.write(connection, events)


class MarksFirst(Model):
    """A relay that marks what it has published, acknowledged or not."""

    marks_first = True


def run(machine: type[Model], examples: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            derandomize=True,  # the same examples in every run: whoever changes nothing sees nothing new fail
            phases=[Phase.generate],  # a mutant need not be found by the shortest way
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whoever_dies_wherever_the_journal_becomes_the_log() -> None:
    run(Model, 50)


def _in_relay(_: pytest.MonkeyPatch) -> type[Model]:
    return MarksFirst


def _in_follower(patch: pytest.MonkeyPatch) -> type[Model]:
    patch.setattr(inbox, "judge", inbox.judge)
    mutants.follower_keeps_only_the_highest()
    return Model


def _in_append(patch: pytest.MonkeyPatch) -> type[Model]:
    patch.setattr(EventStore, "append", EventStore.append)
    mutants.append_checks_no_version()
    return Model


@pytest.mark.parametrize("mutant", [_in_relay, _in_follower, _in_append])
def test_the_model_finds_every_mutant(
    mutant: Callable[[pytest.MonkeyPatch], type[Model]], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = mutant(monkeypatch)

    with pytest.raises(AssertionError):
        run(machine, 300)
