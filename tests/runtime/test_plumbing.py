"""Whatever happens between the log and a follower's journal, the journal ends up as the log is."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy import select

from contracts.envelope import Recorded
from services.runtime.messaging import publisher, streams
from services.runtime.messaging.broker import BrokerAddress, connect
from services.runtime.messaging.follower import SCHEMAS, Follower
from services.runtime.messaging.relay import Relay
from services.runtime.store import lease
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore
from tests.parts.nats import NatsServer, patient
from tests.parts.seals import keyring
from tests.parts.tables import make_tables
from tests.parts.waiting import STILL_SECONDS, caught_up
from tests.runtime.ledger import run_of
from tests.runtime.stream_contents import put
from tests.runtime.test_follower import clear, enter, journal, metadata

PARTNERSHIPS = st.sampled_from(["LAP", "SEM"])
_numbers = itertools.count(1)


class Plumbing(RuleBasedStateMachine):
    """A log, its relay, a stream and a follower, to which things happen."""

    def __init__(self, server: NatsServer, directory: Path) -> None:
        super().__init__()
        number = next(_numbers)
        self.stream = f"PLUMBING{number}"
        self.log = EventStore(self.stream.lower())
        self.written: dict[str, list[Recorded]] = {}
        self.runner = asyncio.Runner()
        self.source = Database(f"sqlite:///{directory}/{number}-log.db")
        make_tables(self.source, self.log.metadata, lease.metadata)
        self.target = Database(f"sqlite:///{directory}/{number}-journal.db")
        make_tables(self.target, metadata, *SCHEMAS)
        self.connection = self.wait(connect(BrokerAddress(server.url), "test"))
        self.wait(streams.apply(self.connection, streams=[self.stream], durables=[]))
        self.relay: Relay | None = None
        self.follower: Follower | None = None

    def wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    @rule(partnership=PARTNERSHIPS, count=st.integers(1, 5))
    def something_is_decided(self, partnership: str, count: int) -> None:
        known = self.written.setdefault(partnership, [])
        events = run_of(count, partnership, known[-1].position if known else None, stream=self.stream.lower())
        self.wait(self.source.write(lambda connection: self.log.append(connection, events)))
        known.extend(events)

    @rule()
    def the_relay_is_restarted(self) -> None:
        if self.relay is not None:
            self.wait(self.relay.stop())
        self.relay = Relay(self.source, self.log, self.connection, keyring(self.stream), poll_seconds=0.1)
        self.wait(self.relay.start())

    @rule()
    def the_follower_is_restarted(self) -> None:
        if self.follower is not None:
            self.wait(self.follower.stop())
        self.follower = Follower(self.target, self.connection, keyring(self.stream), "reporting", enter, clear=clear)
        self.wait(self.follower.start())

    @rule(seconds=st.sampled_from([0.0, 0.01, 0.1]))
    def time_passes(self, seconds: float) -> None:
        self.wait(asyncio.sleep(seconds))

    @rule(partnership=PARTNERSHIPS, data=st.data())
    def an_event_is_delivered_twice_or_too_early(self, partnership: str, data: st.DataObject) -> None:
        if known := self.written.get(partnership):
            self.wait(put(self.connection, self.stream, [data.draw(st.sampled_from(known))]))

    @rule()
    def the_stream_loses_everything(self) -> None:
        self.wait(patient(self.connection).purge_stream(self.stream))

    @rule()
    def the_stream_is_deleted_and_made_anew(self) -> None:
        self.wait(patient(self.connection).delete_stream(self.stream))
        self.wait(streams.apply(self.connection, streams=[self.stream], durables=[]))

    def teardown(self) -> None:
        try:
            self.the_relay_is_restarted()
            self.the_follower_is_restarted()
            self.wait(self.relay.republish())
            for partnership, events in self.written.items():
                self.wait(caught_up(self.follower, partnership, len(events)))
                query = select(journal.c.body).where(journal.c.partnership == partnership).order_by(journal.c.version)
                entered = self.target.read_sync(lambda connection, q=query: [bytes(b) for b in connection.scalars(q)])
                assert entered == [event.body for event in events]
                assert self.source.read_sync(lambda connection, p=partnership: self.log.verify(connection, p)) is None
        finally:
            self.close()

    def close(self) -> None:
        for part in (self.relay, self.follower):
            if part is not None:
                self.wait(part.stop())
        self.wait(patient(self.connection).delete_stream(self.stream))
        self.wait(self.connection.close())
        self.source.close()
        self.target.close()
        self.runner.close()


def test_the_journal_ends_up_as_the_log_is(
    nats_server: NatsServer, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        publisher, "_ACKNOWLEDGE_SECONDS", STILL_SECONDS
    )  # not too late, though the machine stand still
    directory = tmp_path_factory.mktemp("plumbing")
    run_state_machine_as_test(
        lambda: Plumbing(nats_server, directory),
        settings=settings(
            max_examples=10, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
