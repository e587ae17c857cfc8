"""Faults between hosts, with people at work: nothing accepted is lost, nobody is mailed twice, and all comes back."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.containers.cluster import BROKERS, REPLICAS, Cluster
from tests.containers.faults import killed, parted, slow, standing_still
from tests.containers.under_load import Hosts, all_ready, load, says
from tests.parts.libfaketime import libfaketime

pytestmark = pytest.mark.long_form

TAKING_PART = ("programme", "reporting", "notifications")
AN_HOUR = "+3600"


@pytest.fixture
def hosts(cluster: Cluster) -> Hosts:
    return Hosts(cluster)


async def test_with_two_of_three_brokers_killed_changes_are_taken_and_go_out_later(hosts: Hosts) -> None:
    """Nothing can be published meanwhile; the log takes what is recorded, and readiness says what is the matter."""
    async with load(hosts) as people, killed(hosts.cluster, *BROKERS[:2]):
        await people.served(30)
        await people.invites()
        await says(hosts, "reporting-1", lambda _, message: "broker" in message)
        await people.served(30)
    await all_ready(hosts)


async def test_a_replica_that_cannot_reach_the_brokers_is_stood_in_for(hosts: Hosts) -> None:
    async with load(hosts) as people, AsyncExitStack() as stack:
        for service in TAKING_PART:
            await stack.enter_async_context(parted(hosts.cluster, f"{service}-1", BROKERS, "broker"))
        await people.served(30)
        await people.invites(meanwhile=True)
    await all_ready(hosts)


@pytest.mark.parametrize("signal", ["INT", "KILL"])
async def test_a_database_server_that_ends_and_comes_back_loses_nothing(hosts: Hosts, signal: str) -> None:
    async with load(hosts) as people:
        async with killed(hosts.cluster, "postgresql", signal=signal):
            await says(hosts, "programme-1", lambda check, _: "database" in check)
        await people.served()
        await people.invites()
    await all_ready(hosts)


async def test_a_database_server_that_stands_still_keeps_nobody_waiting_and_loses_nothing(hosts: Hosts) -> None:
    async with load(hosts) as people:
        async with standing_still(hosts.cluster, "postgresql"):
            await says(hosts, "programme-1", lambda _, message: "it has answered nothing for" in message)
            refused = await asyncio.to_thread(hosts.asked)
            assert (refused.status_code, "try again" in refused.text) == (503, True)
        await people.served()
        await people.invites()
    await all_ready(hosts)


async def test_slow_links_that_lose_some_of_what_is_sent_lose_nothing(hosts: Hosts) -> None:
    async with load(hosts) as people, AsyncExitStack() as stack:
        for each in ("programme-1", "nats-1", "notifications-1", "reporting-1"):
            await stack.enter_async_context(slow(hosts.cluster, each, rate="512kbit", lost=0.03))
        await people.served(40)
        await people.invites(meanwhile=True)
    await all_ready(hosts)


async def test_hosts_whose_clocks_are_an_hour_apart_agree_on_what_was_recorded(hosts: Hosts, tmp_path: Path) -> None:
    """One replica of each service is an hour ahead of the other: no log goes back in time, nothing is sent twice.

    An e-mail that is put into the queue by the clock that is ahead may wait for an hour (docs/operations.md): the
    meeting is called once those who send have the right one again.
    """
    ahead = [each for each in REPLICAS if each.endswith("-2")]
    over = tmp_path / "ahead.yaml"
    over.write_text(_an_hour_ahead(ahead))
    async with load(hosts) as people:
        try:
            await asyncio.to_thread(hosts.cluster.again, *ahead, over=(over,))
            await asyncio.to_thread(hosts.cluster.until_ready, *ahead)
            await people.served(40)
            await asyncio.to_thread(hosts.cluster.again, "notifications-2")
            await people.invites(meanwhile=True)
        finally:
            await asyncio.to_thread(hosts.cluster.again, *ahead)
    await all_ready(hosts)


async def test_everything_can_be_restarted_one_after_another_under_load(hosts: Hosts) -> None:
    async with load(hosts) as people:
        for each in (*BROKERS, "postgresql", *REPLICAS, "proxy"):
            people.begin()
            await asyncio.to_thread(hosts.cluster.stop, each)
            await asyncio.to_thread(hosts.cluster.start, each)
            back = hosts.cluster.until_ready if each in REPLICAS else hosts.cluster.until_healthy
            await asyncio.to_thread(back, each)
            await people.served()
            people.tell(f"{each} restarted")
        await people.invites()
    await all_ready(hosts)


def _an_hour_ahead(services: list[str]) -> str:
    """Return what has to be said over compose.yaml for the clock of these services to be an hour ahead."""
    lines = ["services:"]
    for each in services:
        lines += [
            f"  {each}:",
            f'    volumes: ["{libfaketime()}:/libfaketime.so:ro"]',
            "    environment:",
            "      LD_PRELOAD: /libfaketime.so",
            f'      FAKETIME: "{AN_HOUR}"',
            # What is waited for goes by a clock that nobody sets, on any machine.
            '      FAKETIME_DONT_FAKE_MONOTONIC: "1"',
            '      NO_FAKE_STAT: "1"',
        ]
    return "\n".join(lines) + "\n"
