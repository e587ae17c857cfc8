"""What the cluster goes on doing when a part of it is killed."""

from __future__ import annotations

from nats.js.errors import Error as JetStreamError

from services.runtime.messaging.broker_rights import OPERATOR
from services.runtime.messaging.streams import PROGRAMME
from tests.containers.cluster import BROKERS, CODE, SERVICES, Cluster
from tests.containers.partnership import Partnership
from tests.parts.waiting import until

PAGES = {
    "programme": f"/home/{CODE}",
    "reporting": f"/packs/{CODE}",
    "notifications": f"/emails/{CODE}",
    "access": "/sign-in",
}
"""One of each service that the software of a partnership is answered."""
TIMES = 10


async def test_a_broker_that_is_killed_keeps_nothing_from_becoming_an_e_mail(
    cluster: Cluster, partnership: Partnership
) -> None:
    # given
    cluster.kill("nats-2")
    # when
    partnership.schedule("B91")
    # then
    partnership.until_invited("B91")
    cluster.start("nats-2")
    async with cluster.signed(OPERATOR) as operator:

        async def all_have_it() -> bool:
            try:
                kept = await operator.client.jetstream().stream_info(PROGRAMME)
            except (JetStreamError, TimeoutError):
                return False
            replicas = (kept.cluster and kept.cluster.replicas) or []
            return len(replicas) == len(BROKERS) - 1 and all(each.current for each in replicas)

        await until(all_have_it, what="the third copy")


def test_a_replica_of_each_service_that_is_killed_costs_no_request_that_is_sent_once_more(
    cluster: Cluster, partnership: Partnership
) -> None:
    # given
    for service in SERVICES:
        cluster.kill(f"{service}-1")
    # when
    asked = {service: [partnership.asked("GET", page) for _ in range(TIMES)] for service, page in PAGES.items()}
    partnership.schedule("B92")
    # then
    assert {service: {each.status_code for each in answers} for service, answers in asked.items()} == {
        service: {200} for service in SERVICES
    }
    partnership.until_invited("B92")
    cluster.start(*(f"{service}-1" for service in SERVICES))
    cluster.until_ready()
