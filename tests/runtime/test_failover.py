"""A NATS server that is parted from its cluster and still answers is left for one that serves the streams."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import pytest
from nats.aio.client import Client
from nats.errors import NoRespondersError
from nats.js.api import StreamInfo
from nats.js.errors import BadRequestError, NoStreamResponseError, ServiceUnavailableError
from sqlalchemy import Connection

from contracts.envelope import Recorded
from services.runtime.base.retry import Backoff
from services.runtime.messaging import broker, failover, follower, streams
from services.runtime.messaging.broker import BrokerAddress, connect
from services.runtime.messaging.follower import Follower
from services.runtime.messaging.handler_broker import faststream_broker
from services.runtime.messaging.handlers import Handler
from services.runtime.messaging.relay import Relay
from services.runtime.messaging.streams import BREACHES_INTO_AGENDAS, PROGRAMME, REPORTING
from services.runtime.store import lease
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore
from tests.parts.child import HOST
from tests.parts.seals import keyring
from tests.parts.tables import make_tables
from tests.parts.waiting import until
from tests.runtime.ledger import run_of
from tests.runtime.logged import logged
from tests.runtime.nats_cluster import SERVERS, Clustered, NatsCluster
from tests.runtime.stream_contents import events_in, put

PATIENCE = Backoff(0.5, 2.0)
_ASKED_AGAIN_SECONDS = 5.0
LEFT = "a NATS server serves no stream; going to another"


@pytest.fixture(scope="module")
def whole_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsCluster]:
    with NatsCluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


class Leaving:
    """Holds connections where they are until a test lets them leave, whatever a cluster at its beginning is about."""

    def __init__(self) -> None:
        self.is_let = False
        self._can = failover._can_leave

    def __call__(self, client: Client) -> bool:
        return self.is_let and self._can(client)


@pytest.fixture
def leaving(monkeypatch: pytest.MonkeyPatch) -> Leaving:
    leaving = Leaving()
    monkeypatch.setattr(failover, "_can_leave", leaving)
    return leaving


@pytest.fixture
def cluster(whole_cluster: NatsCluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[NatsCluster]:
    """Three servers, of which each connection takes the first that its address names."""
    monkeypatch.setattr(failover, "_PATIENCE", PATIENCE)
    monkeypatch.setattr(failover, "_LOOK_SECONDS", 0.1)
    monkeypatch.setattr(failover, "_ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(streams, "_ANSWER_SECONDS", 1.0)
    monkeypatch.setattr(broker, "sample", lambda servers, _count: servers)
    yield whole_cluster
    whole_cluster.heal()


def address_of(*servers: Clustered) -> BrokerAddress:
    return BrokerAddress(",".join(server.url for server in servers))


def is_at(client: Client, server: Clustered) -> bool:
    return client.connected_url is not None and client.connected_url.port == server.port


async def are_declared(connection: Client) -> bool:
    """Declare the streams; False while the servers have not all found each other."""
    try:
        await streams.apply(connection, SERVERS)
    except (BadRequestError, ServiceUnavailableError, TimeoutError):
        return False
    return True


async def are_put(connection: Client, events: Sequence[Recorded]) -> bool:
    """Publish events of reporting; False while nobody leads their stream. What was stored all the same comes twice."""
    with suppress(NoRespondersError, NoStreamResponseError, ServiceUnavailableError):
        async with asyncio.timeout(_ASKED_AGAIN_SECONDS):
            await put(connection, REPORTING, events)
        return True
    return False


async def one_that_leads_nothing(cluster: NatsCluster, connection: Client) -> Clustered:
    """Return a server that leads neither a stream nor the cluster, so that the others need elect nobody."""
    leading = next(server for server in cluster.servers if server.leads_the_cluster)
    for stream in streams.STREAMS:
        await until(lambda: has_moved(connection, stream, leading))  # noqa: B023 - it is waited for within the loop
    return next(server for server in cluster.servers if server is not leading)


async def has_moved(connection: Client, stream: str, server: Clustered) -> bool:
    """Ask for ``server`` to lead a stream, and say whether it does."""
    # Who has just begun to lead does not answer, and nobody does while one is elected.
    with suppress(TimeoutError, NoRespondersError, ServiceUnavailableError):
        cluster = (await connection.jsm().stream_info(stream)).cluster
        if cluster is not None and cluster.leader == server.server_name:
            return True
        wanted = json.dumps({"placement": {"preferred": server.server_name}})
        await connection.request(f"$JS.API.STREAM.LEADER.STEPDOWN.{stream}", wanted.encode(), timeout=0.5)
    return False


class Replica:
    """What a service has to do with the broker: it relays one stream, follows the other and handles its events."""

    def __init__(self, database: Database, address: BrokerAddress) -> None:
        self._database, self._address = database, address
        self._log = EventStore(PROGRAMME.lower())
        self._running = AsyncExitStack()
        self.followed: list[int] = []
        self.handled: list[int] = []
        self.connections: list[Client] = []

    async def __aenter__(self) -> Self:
        make_tables(self._database, self._log.metadata, lease.metadata, *follower.SCHEMAS)
        connection = await connect(self._address, "replica")
        self._running.push_async_callback(connection.close)
        of_reporting = (self._database, connection, keyring(REPORTING))
        relay = Relay(self._database, self._log, connection, keyring(PROGRAMME), poll_seconds=0.1)
        following = Follower(*of_reporting, "follower", _noting(self.followed))
        handler = Handler(*of_reporting, BREACHES_INTO_AGENDAS, _noting(self.handled))
        hands_over = faststream_broker(self._address, "handlers")
        await handler.start(hands_over)
        for part in (hands_over, relay, following):
            await part.start()
            self._running.push_async_callback(part.stop)
        self._running.push_async_callback(handler.stop)
        self.connections = [connection, await hands_over.connect()]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._running.aclose()

    async def record(self, *events: Recorded) -> None:
        await self._database.write(lambda connection: self._log.append(connection, list(events)))

    def takes_in(self, count: int) -> bool:
        return len(self.followed) == len(self.handled) == count


def _noting(versions: list[int]) -> Callable[[Connection, Sequence[Recorded]], None]:
    return lambda _connection, events: versions.extend(event.version for event in events)


async def test_who_is_connected_to_a_parted_server_relays_and_takes_in_by_another(
    cluster: NatsCluster, leaving: Leaving, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        # given: a service connected to a server that is then parted from the two others
        operator = await connect(address_of(*cluster.servers), "operator")
        stack.push_async_callback(operator.close)
        await until(lambda: are_declared(operator))
        parted = await one_that_leads_nothing(cluster, operator)
        others = [server for server in cluster.servers if server is not parted]
        observer = await connect(address_of(*others), "observer")
        stack.push_async_callback(observer.close)
        database = stack.enter_context(closing(Database(f"sqlite:///{tmp_path / 'concordat.db'}")))
        replica = await stack.enter_async_context(Replica(database, address_of(parted, *others)))
        recorded, published = run_of(2), run_of(2, stream="reporting")
        await replica.record(recorded[0])
        await until(lambda: are_put(observer, published[:1]))
        await until(lambda: replica.takes_in(1))
        assert all(is_at(connection, parted) for connection in replica.connections)
        cluster.part(parted)
        leaving.is_let = True

        # when: it records something, and something is published elsewhere
        await replica.record(recorded[1])
        await until(lambda: are_put(observer, published[1:]))

        # then: that goes out and this comes in, though the parted server still answers
        async def went_out() -> bool:
            with suppress(NoRespondersError, ServiceUnavailableError):
                async with asyncio.timeout(_ASKED_AGAIN_SECONDS):
                    return await events_in(observer, PROGRAMME) == recorded
            return False

        await until(went_out)
        await until(lambda: replica.takes_in(2))
        assert not any(is_at(connection, parted) for connection in replica.connections)
        left_alone = await connect(address_of(parted), "left alone")
        await left_alone.flush()
        await left_alone.close()


@pytest.mark.parametrize(
    ("cluster", "served"),
    [
        (None, True),
        ({"leader": "n1", "replicas": []}, True),
        ({"leader": "n1", "replicas": [{"active": 400_000_000}, {"active": 900_000_000}]}, True),
        ({"leader": "n1", "replicas": [{"active": 400_000_000}, {"active": 0}]}, True),
        ({"leader": "n1", "replicas": [{"active": 9_100_000_000}, {"active": 9_100_000_000}]}, False),
        ({"leader": None, "replicas": [{"active": 0}, {"active": 0}, {"active": 1_700_000_000}]}, False),
    ],
    ids=["no cluster", "kept once", "healthy", "one is away", "a parted leader", "no leader"],
)
def test_a_stream_is_served_where_it_has_a_leader_whom_most_replicas_answer(cluster: Any, served: bool) -> None:
    settings = streams.stream_settings(PROGRAMME).as_dict()
    state = {"messages": 0, "bytes": 0, "first_seq": 0, "last_seq": 0, "consumer_count": 0}
    told = StreamInfo.from_response({"config": settings, "state": state, "cluster": cluster})
    assert failover.is_served(told) is served


async def test_where_no_server_serves_a_stream_the_pauses_grow_and_one_server_alone_is_not_left(
    cluster: NatsCluster, leaving: Leaving
) -> None:
    # given: three servers that do not reach each other
    cluster.part(*cluster.servers)
    with logged() as log:
        wandering = await connect(address_of(*cluster.servers), "wandering")
        staying = await connect(address_of(cluster.servers[0]), "staying")

        # when
        leaving.is_let = True

        def left() -> list[dict[str, Any]]:
            return [entry for entry in log.entries if entry["event"] == LEFT]

        await until(lambda: len(left()) >= 2)

    # then
    first, second = left()[:2]
    assert {entry["of"] for entry in log.entries} == {"wandering"}
    assert [entry["server"] for entry in (first, second)] == [f"{HOST}:{each.port}" for each in cluster.servers[:2]]
    apart = datetime.fromisoformat(second["timestamp"]) - datetime.fromisoformat(first["timestamp"])
    assert apart.total_seconds() > PATIENCE.pause(2)
    assert staying.stats["reconnects"] == 0
    await wandering.close()
    await staying.close()
