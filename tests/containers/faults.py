"""What happens to hosts and to networks between them, each until the end of a block: then all is as it was.

What networks do is done inside the network of a container, from this machine, so that no other is touched.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from tests.containers.cluster import Cluster


@asynccontextmanager
async def killed(cluster: Cluster, *services: str, signal: str = "KILL") -> AsyncIterator[None]:
    """End services by a signal, at once and with all that they hold in memory unless it is a gentler one."""
    for each in services:
        await asyncio.to_thread(cluster.kill, each, signal)
        await asyncio.to_thread(cluster.compose.engine.docker, "wait", cluster.container(each))
    try:
        yield
    finally:
        await asyncio.to_thread(cluster.start, *services)


@asynccontextmanager
async def standing_still(cluster: Cluster, service: str) -> AsyncIterator[None]:
    """Have a service do nothing, on a machine that goes on answering for it."""
    docker, container = cluster.compose.engine.docker, cluster.container(service)
    await asyncio.to_thread(docker, "pause", container)
    try:
        yield
    finally:
        await asyncio.to_thread(docker, "unpause", container)


@asynccontextmanager
async def parted(cluster: Cluster, service: str, others: Sequence[str], network: str) -> AsyncIterator[None]:
    """Let nothing through between a service and others, in either direction, without a word to anybody."""
    for other in others:
        address = await asyncio.to_thread(cluster.address, other, network)
        await _inside(cluster, service, "iptables", "--append", "INPUT", "--source", address, "--jump", "DROP")
        await _inside(cluster, service, "iptables", "--append", "OUTPUT", "--destination", address, "--jump", "DROP")
    try:
        yield
    finally:
        await _inside(cluster, service, "iptables", "--flush")


@asynccontextmanager
async def slow(cluster: Cluster, service: str, *, rate: str, lost: float) -> AsyncIterator[None]:
    """Let a service send no more than ``rate``, such as ``256kbit``, and lose a share of what is sent to it.

    What is sent faster waits in a queue, so that everything arrives late. Not every kernel has netem.
    """
    listed = json.loads(await _inside(cluster, service, "ip", "-json", "link", "show"))
    links = [each["ifname"] for each in listed if each["ifname"] != "lo"]
    for link in links:
        bucket = ("tbf", "rate", rate, "burst", "4kb", "latency", "800ms")
        await _inside(cluster, service, "tc", "qdisc", "add", "dev", link, "root", *bucket)
    share = ("--match", "statistic", "--mode", "random", "--probability", str(lost))
    await _inside(cluster, service, "iptables", "--append", "INPUT", *share, "--jump", "DROP")
    try:
        yield
    finally:
        await _inside(cluster, service, "iptables", "--flush")
        for link in links:
            await _inside(cluster, service, "tc", "qdisc", "del", "dev", link, "root")


async def _inside(cluster: Cluster, service: str, *command: str) -> str:
    """Run a command of this machine inside the network of a service. Raises RuntimeError where it fails."""

    def run() -> str:
        entering = ("nsenter", "--net", "--target", str(cluster.process(service)))
        ended = subprocess.run([*entering, *command], capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} in {service}: {ended.stderr}")
        return ended.stdout

    return await asyncio.to_thread(run)
