"""The cluster is given another image with the commands of docs/operations.md, replica by replica, while people work."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.containers.cluster import BROKERS, REPLICAS, Cluster
from tests.containers.conftest import Image
from tests.containers.under_load import Hosts, all_ready, load
from tests.parts.docker import ROOT, DockerEngine

pytestmark = pytest.mark.long_form

NEWER = "concordat:newer"
_MENTIONED = re.compile(r"`(docker-compose [^`]+)`")


@pytest.fixture
def newer(docker_engine: DockerEngine, image: Image) -> Iterator[str]:
    """Another build of the image: the versions of Concordat that work beside one another are for tests/upgrades."""
    docker_engine.docker("build", "--tag", NEWER, "-", given=f"FROM {image.tag}\nLABEL newer=yes\n".encode())
    yield NEWER
    docker_engine.docker("rmi", NEWER)


def documented() -> tuple[str, str]:
    """Return the commands for a rolling upgrade: that which migrates, and that which replaces ``programme-1``."""
    page = (ROOT / "docs" / "operations.md").read_text()
    section = page.partition("\n### One replica after another\n")[2].partition("\n### ")[0]
    migrate, replace_one = (re.sub(r"\s+", " ", each) for each in _MENTIONED.findall(section))
    return migrate, replace_one


async def test_every_replica_is_replaced_by_one_of_another_image_and_back_while_people_work(
    cluster: Cluster, image: Image, newer: str
) -> None:
    migrate, replace_one = documented()
    hosts, brokers = Hosts(cluster), [cluster.compose.container(each) for each in BROKERS]

    async def given(tag: str, names: tuple[str, ...]) -> None:
        settings = {**cluster.compose.environment, "CONCORDAT_IMAGE": tag}
        compose = replace(cluster.compose, environment=settings)
        await asyncio.to_thread(compose.follow, migrate)
        for name in names:
            await asyncio.to_thread(compose.follow, replace_one.replace("programme-1", name))
            await asyncio.to_thread(cluster.until_ready, name)
            assert compose.inspected(name, "{{.Config.Image}}") == tag

    async with load(hosts) as people:
        await given(newer, REPLICAS)
        await people.served()
        await people.invites()
        await given(image.tag, REPLICAS)
        await people.served()
        people.tell("every replica replaced, and put back")
    await all_ready(hosts)
    assert [cluster.compose.container(each) for each in BROKERS] == brokers
