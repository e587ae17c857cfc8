"""The database of a cluster is lost with its volume, and brought back by the commands of docs/operations.md.

It is a cluster of its own: whoever goes back to an instant leaves e-mails behind of what is undone.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from tests.containers.cluster import CODE, Cluster, brought_up, documented
from tests.containers.conftest import Image
from tests.containers.partnership import SCHEDULING, Partnership, meeting, with_software
from tests.containers.under_load import Hosts, all_ready, load
from tests.parts.docker import ROOT, DockerEngine
from tests.parts.waiting import until_now

pytestmark = pytest.mark.long_form

_, A_BASE_BACKUP, TO_ITS_END, TO_AN_INSTANT = documented("### Backups of a cluster with Compose")
_MOMENTS = ("2026-11-26T14:04:00Z", "2026-11-26T14:05:00Z")
"""What the page restores to, and when the loss was."""


@pytest.fixture(scope="module")
def cluster(docker_engine: DockerEngine, image: Image, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with brought_up(docker_engine, "archive", image.tag, tmp_path_factory.mktemp("archive")) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def partnership(cluster: Cluster) -> Iterator[Partnership]:
    with with_software(cluster) as partnership:
        yield partnership


def follow(cluster: Cluster, written: str) -> str:
    """Carry commands of the page out, in a folder whose project has a name of its own."""
    return cluster.compose.follow(written.replace("deploy_postgresql", f"{cluster.compose.project}_postgresql"))


def second() -> str:
    """Return the second that has begun, as the page writes an instant."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def base_backups(cluster: Cluster) -> list[str]:
    """Return the base backups, each by its instant."""
    return cluster.compose.run("run", "--rm", "-T", "archive", "list").split()


def timelines(cluster: Cluster) -> list[str]:
    """Return the timelines of which the archive has a log."""
    return cluster.compose.run("run", "--rm", "-T", "--entrypoint", "ls", "restore", "/archive/log").split()


def until_archived(cluster: Cluster) -> None:
    """Wait for the archive to follow, and for the base backup that it makes by itself."""
    cluster.until_healthy("archive")
    until_now(lambda: bool(base_backups(cluster)), what="a base backup")


def begun_anew() -> str:
    """Return what the page has to be typed where the archive cannot go on."""
    page = (ROOT / "docs" / "operations.md").read_text()
    row = next(line for line in page.splitlines() if line.startswith("| the archive of `compose.yaml` |"))
    return "\n".join(re.findall("`(docker-compose [^`]+)`", row.partition("begun anew")[2]))


async def test_nothing_that_was_answered_is_missing_once_a_lost_database_was_brought_back(cluster: Cluster) -> None:
    # given
    until_archived(cluster)
    hosts = Hosts(cluster)
    async with load(hosts) as at_work:
        await at_work.invites()
        # when: parts of everything are gone, and then the database with all that it holds
        for lost in ("nats-2", "programme-1", "reporting-1", "notifications-1", "access-1"):
            cluster.kill(lost)
        await at_work.served()
        cluster.kill("postgresql")
        await asyncio.to_thread(follow, cluster, TO_ITS_END)
        await at_work.served()
        cluster.start("nats-2", "programme-1", "reporting-1", "notifications-1", "access-1")
        # then: people go on, and at the end the oracle finds nothing amiss
        await all_ready(hosts)
        await at_work.invites(meanwhile=True)


def test_it_is_brought_back_once_more_after_that(cluster: Cluster, partnership: Partnership) -> None:
    # given: what was written since the database was brought back is in another timeline, and a base backup of it
    until_archived(cluster)
    # and: of what was before it, nothing is kept
    follow(cluster, f"BASE_BACKUPS_KEPT=1 {A_BASE_BACKUP}")
    assert len(base_backups(cluster)) == 1
    assert timelines(cluster) == ["2"]
    partnership.schedule("B95")
    # when
    cluster.kill("postgresql")
    follow(cluster, TO_ITS_END)
    # then
    cluster.until_ready()
    assert partnership.has("B95")


def test_while_the_archive_is_away_changes_are_refused_unless_they_need_not_wait_for_it(
    cluster: Cluster, partnership: Partnership
) -> None:
    def scheduled() -> httpx.Response:
        return partnership.client.post(SCHEDULING, json=meeting("B99"), headers={"Idempotency-Key": "B99"})

    # given
    until_archived(cluster)
    cluster.stop("archive")
    # when: a change waits for the archive
    refused = scheduled()
    # then
    assert refused.status_code == httpx.codes.SERVICE_UNAVAILABLE, refused.text
    assert partnership.client.get(f"/api/v1/partnerships/{CODE}/meetings").is_success
    # and when: it waits for nobody
    unasked = {**cluster.compose.environment, "CONCORDAT_CHANGES_WAIT_FOR": ""}
    replace(cluster.compose, environment=unasked).run("up", "--detach", "--no-deps", "postgresql")
    cluster.until_ready()
    # then
    assert scheduled().is_success
    # and: what the archive missed, it is given afterwards
    cluster.compose.run("up", "--detach", "--no-deps", "postgresql", "archive")
    until_archived(cluster)
    cluster.until_ready()
    partnership.schedule("B94")
    cluster.kill("postgresql")
    follow(cluster, TO_ITS_END)
    cluster.until_ready()
    assert partnership.has("B99")
    assert partnership.has("B94")


def test_an_archive_that_cannot_go_on_is_begun_anew(cluster: Cluster, partnership: Partnership) -> None:
    # given
    until_archived(cluster)
    before = base_backups(cluster)
    with pytest.raises(RuntimeError, match="stop it first"):
        follow(cluster, "docker-compose run --rm -T archive anew")
    # when
    follow(cluster, begun_anew())
    until_archived(cluster)
    # then
    assert len(base_backups(cluster)) == 1
    assert base_backups(cluster) != before
    cluster.until_ready()
    partnership.schedule("B93")
    cluster.kill("postgresql")
    follow(cluster, TO_ITS_END)
    cluster.until_ready()
    assert partnership.has("B93")


def test_a_mistake_is_undone_by_going_back_to_the_moment_before(cluster: Cluster, partnership: Partnership) -> None:
    # given
    until_archived(cluster)
    partnership.schedule("B96")
    last = second()
    until_now(lambda: second() > last, what="the next second")
    before = second()
    partnership.schedule("B97")
    follow(cluster, A_BASE_BACKUP)
    # when
    written = TO_AN_INSTANT
    for moment in _MOMENTS:
        assert moment in written
        written = written.replace(moment, before)
    follow(cluster, written)
    # then
    cluster.until_ready()
    assert partnership.has("B96")
    assert not partnership.has("B97")
    # and: from there it is brought back again, whatever base backups there are of what was undone
    partnership.schedule("B98")
    cluster.kill("postgresql")
    follow(cluster, TO_ITS_END)
    cluster.until_ready()
    assert partnership.has("B98")
