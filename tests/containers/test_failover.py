"""A cluster with a standby of its database and volumes that can be filled: it fails over, and a full one harms nothing.

It is a cluster of its own, as no other test could use it afterwards.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.containers.cluster import REPLICAS, Cluster, brought_up
from tests.containers.conftest import Image
from tests.containers.faults import standing_still
from tests.containers.under_load import Hosts, all_ready, load, says
from tests.parts.docker import DockerEngine
from tests.parts.waiting import until

pytestmark = pytest.mark.long_form

_IS_FOLLOWED = "SELECT state FROM pg_stat_replication WHERE application_name = 'standby'"
DATA = "/var/lib/postgresql/data/concordat"
PRIMARY, STANDBY, BROKER = "postgresql", "postgresql-2", "nats-1"
_STANDBY = """\
set -eu
if [ ! -e "$DATA" ]; then
    from="host=postgresql user=standby password=standby sslmode=require application_name=standby"
    until pg_basebackup --pgdata "$DATA.new" --dbname "$from" --write-recovery-conf --checkpoint fast; do
        rm -rf "$DATA.new"
        sleep 1
    done
    mv "$DATA.new" "$DATA"
fi
install -m 600 /run/secrets/postgresql.key /tmp/postgresql.key
exec postgres -D "$DATA" -c listen_addresses='*' -c unix_socket_directories=/tmp -c max_connections=300 \\
    -c ssl=on -c ssl_cert_file=/run/secrets/postgresql.crt -c ssl_key_file=/tmp/postgresql.key
"""
_OVER = """\
services:
  postgresql:
    # It waits for the standby in the place of the archive.
    environment: {{SYNCHRONOUS_STANDBY_NAMES: ""}}
    volumes: ["{volumes}/postgresql:/var/lib/postgresql/data"]
  nats-1:
    volumes: ["{volumes}/nats-1:/data"]
  postgresql-2:
    image: ${{POSTGRES_IMAGE}}
    entrypoint: [sh, /etc/concordat/standby.sh]
    user: postgres
    group_add: ["10001"]
    init: true
    stop_signal: SIGINT
    environment: {{DATA: {data}}}
    networks: [database]
    volumes: ["{folder}/standby.sh:/etc/concordat/standby.sh:ro", "{volumes}/postgresql-2:/var/lib/postgresql/data"]
    secrets: [postgresql.crt, postgresql.key]
"""


@pytest.fixture(scope="module")
def volumes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a volume for each of the servers that have theirs filled or replaced."""
    folder = tmp_path_factory.mktemp("volumes")
    with ExitStack() as stack:
        for name, megabytes in ((PRIMARY, 400), (STANDBY, 400), (BROKER, 64)):
            stack.enter_context(_volume(folder / name, megabytes))
        yield folder


@pytest.fixture(scope="module")
def hosts(
    docker_engine: DockerEngine, image: Image, tmp_path_factory: pytest.TempPathFactory, volumes: Path
) -> Iterator[Hosts]:
    """A cluster whose database has a synchronous standby."""
    folder = tmp_path_factory.mktemp("failover")
    (folder / "standby.sh").write_text(_STANDBY)
    over = folder / "over.yaml"
    over.write_text(_OVER.format(data=DATA, folder=folder, volumes=volumes))
    for each in (folder, volumes):
        each.chmod(0o755)
    with brought_up(docker_engine, "failover", image.tag, folder, (over,)) as cluster:
        _follow(cluster)
        _name_both_servers(cluster)
        cluster.compose.run("restart", *REPLICAS)
        cluster.until_ready()
        yield Hosts(cluster)


@contextmanager
def _volume(folder: Path, megabytes: int) -> Iterator[None]:
    """Have a volume of this size in a folder, which anybody may write to and which outlives its containers."""
    folder.mkdir()
    options = f"size={megabytes}m,mode=1777"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def _full(folder: Path) -> Iterator[None]:
    """Fill a volume to its last byte, and make room again at the end."""
    rest = folder / "rest"
    with rest.open("wb") as file:
        subprocess.run(["dd", "if=/dev/zero", "bs=64k"], stdout=file, stderr=subprocess.DEVNULL, check=False)
    try:
        yield
    finally:
        rest.unlink()


def _asked(cluster: Cluster, server: str, statement: str) -> str:
    asking = ("psql", "--host", "/tmp", "--username", "postgres", "--no-align", "--tuples-only", "--command", statement)
    return cluster.execute(server, *asking, "postgres")


def _follow(cluster: Cluster) -> None:
    """Let the standby follow, and have every change confirmed by it."""
    cluster.execute(PRIMARY, "sh", "-c", f"echo 'hostssl replication standby all scram-sha-256' >> {DATA}/pg_hba.conf")
    _asked(cluster, PRIMARY, "CREATE ROLE standby LOGIN REPLICATION PASSWORD 'standby'")
    _asked(cluster, PRIMARY, "SELECT pg_reload_conf()")
    until_follows(cluster)
    _asked(cluster, PRIMARY, "ALTER SYSTEM SET synchronous_standby_names = 'standby'")
    _asked(cluster, PRIMARY, "SELECT pg_reload_conf()")


def until_follows(cluster: Cluster) -> None:
    async def follows() -> bool:
        return await asyncio.to_thread(_asked, cluster, PRIMARY, _IS_FOLLOWED) == "streaming"

    asyncio.run(until(follows, lambda: cluster.logs(STANDBY), what="a standby that follows"))


def _name_both_servers(cluster: Cluster) -> None:
    """Do with every address what docs/operations.md says of a PostgreSQL with a standby."""
    for file in cluster.secrets.glob("concordat_*_database_url"):
        address = file.read_text().strip().replace(f"@{PRIMARY}/", f"@{PRIMARY},{STANDBY}/")
        # The certificate of the tests is the first server's alone.
        file.write_text(f"{address.replace('verify-full', 'verify-ca')}&target_session_attrs=read-write\n")


async def test_a_change_whose_standby_stands_still_is_refused_in_words_and_taken_once_it_is_back(hosts: Hosts) -> None:
    async with load(hosts) as people:
        async with standing_still(hosts.cluster, STANDBY):
            await says(hosts, "programme-1", lambda _, message: "it has confirmed no change for" in message)
        await people.served()
    await all_ready(hosts)


async def test_a_database_whose_volume_is_full_refuses_changes_in_words_and_is_read_from(
    hosts: Hosts, volumes: Path
) -> None:
    """What fits into pages that are there is still taken; only what needs another page is not."""

    def refused() -> bool:
        answer = hosts.changed()
        return answer.status_code == 503 and "No space left on device" in answer.text

    async with load(hosts) as people:
        with _full(volumes / PRIMARY):
            await until(lambda: asyncio.to_thread(refused), lambda: len(people.book.answered), what="a refusal")
            read = await asyncio.to_thread(hosts.asked)
            assert read.status_code == 200, read.text
        await people.served()
        await people.invites()
        people.tell("a full volume of PostgreSQL")
    await all_ready(hosts)


async def test_a_database_that_ended_for_want_of_room_comes_back_by_itself_and_lost_nothing(
    hosts: Hosts, volumes: Path
) -> None:
    """Without room for its own log a server ends."""

    def ended() -> bool:
        try:
            _asked(hosts.cluster, PRIMARY, "SELECT pg_logical_emit_message(true, '', ''), pg_switch_wal()")
        except RuntimeError:
            return True
        return False

    async with load(hosts) as people:
        with _full(volumes / PRIMARY):
            await until(lambda: asyncio.to_thread(ended), what="an end for want of room")
            await says(hosts, "programme-1", lambda check, _: check == "programme database")
        await people.served()
        await people.invites()
        people.tell("a server that ended for want of room")
    await all_ready(hosts)


async def test_a_broker_whose_volume_is_full_is_stood_in_for_and_comes_back(hosts: Hosts, volumes: Path) -> None:
    """It takes its store out of use, and must be started again once there is room."""

    def given_up() -> bool:
        # Of resources, or of File resources: by what it was writing when there was no room.
        return "resources, will be DISABLED" in hosts.cluster.logs(BROKER)

    async with load(hosts) as people:
        with _full(volumes / BROKER):
            await until(lambda: asyncio.to_thread(given_up), lambda: len(people.book.answered), what="a full volume")
            await people.served(40)
            await people.invites(meanwhile=True)
        await asyncio.to_thread(hosts.cluster.stop, BROKER)
        await asyncio.to_thread(hosts.cluster.start, BROKER)
        await asyncio.to_thread(hosts.cluster.until_healthy, BROKER)
    await all_ready(hosts)


async def test_nothing_that_was_answered_is_missing_after_a_failover_to_the_standby(hosts: Hosts) -> None:
    """The last test of this cluster: the server that was the primary does not come back."""
    async with load(hosts) as people:
        await asyncio.to_thread(hosts.cluster.kill, PRIMARY)
        await asyncio.to_thread(hosts.cluster.execute, STANDBY, "pg_ctl", "promote", "-D", DATA)
        hosts.primary = STANDBY
        await people.served()
        await people.invites()
    await all_ready(hosts)
