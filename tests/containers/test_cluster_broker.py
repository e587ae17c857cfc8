"""The three NATS servers of the cluster: who may do what there."""

from __future__ import annotations

import nats
import pytest
from nats.errors import NoServersError

from services.runtime.messaging.broker_rights import OPERATOR, RIGHTS
from services.runtime.messaging.identity_keys import new_seed
from services.runtime.messaging.streams import PROGRAMME, STREAMS
from tests.containers.cluster import ANSWER_SECONDS, BROKERS, Cluster
from tests.parts.waiting import until

SERVICES = sorted(RIGHTS.keys() - {OPERATOR})


async def test_every_stream_is_kept_by_three_servers(cluster: Cluster) -> None:
    async with cluster.signed(OPERATOR) as operator:
        jetstream = operator.client.jetstream(timeout=ANSWER_SECONDS)

        async def declared() -> bool:
            try:
                return bool([await jetstream.stream_info(stream) for stream in STREAMS])
            except (
                nats.js.errors.Error,
                TimeoutError,
            ):  # the operator's command waits for the servers to find each other
                return False

        await until(declared, what="the streams")
        for stream in STREAMS:
            kept = await jetstream.stream_info(stream)
            assert kept.config.num_replicas == len(BROKERS)
            assert kept.cluster is not None
            assert kept.cluster.replicas is not None
            assert len(kept.cluster.replicas) == len(BROKERS) - 1


async def test_what_one_service_publishes_no_other_can(cluster: Cluster) -> None:
    subject = "programme.LAP.partner-admitted"  # which nobody publishes meanwhile
    before = await cluster.messages(PROGRAMME, subject)
    async with cluster.signed("reporting") as reporting:
        said = await reporting.refused(subject, b"{}")
    assert 'permissions violation for publish to "programme.lap.partner-admitted"' in said
    assert await cluster.messages(PROGRAMME, subject) == before


@pytest.mark.parametrize("identity", SERVICES)
async def test_no_service_can_take_anything_out_of_a_stream(cluster: Cluster, identity: str) -> None:
    async with cluster.signed(identity) as service:
        for deed in ("PURGE", "DELETE", "UPDATE", "MSG.DELETE"):
            subject = f"$JS.API.STREAM.{deed}.{PROGRAMME}"
            assert f'permissions violation for publish to "{subject.lower()}"' in await service.refused(subject)


async def test_nobody_without_one_of_the_keys_is_let_in(cluster: Cluster) -> None:
    with pytest.raises((NoServersError, nats.errors.Error), match=r"(?i)authorization|no servers"):
        async with cluster.signed("programme", new_seed()):
            pass


def test_an_operator_declares_the_streams_as_another_user_who_may_read_the_keys(cluster: Cluster) -> None:
    given = ("run", "--rm", "-T", "--user", "12345:10001", "operator", "streams", "apply")
    assert "are as they are to be" in cluster.compose.run(*given)
