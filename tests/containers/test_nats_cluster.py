"""Three NATS servers, as ``deploy/compose.nats.yaml`` brings them up: who may do what, and one that is killed."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nats
import pytest
import trustme
from nats.aio.client import Client
from nats.errors import NoServersError

from services.runtime.messaging import streams
from services.runtime.messaging.broker_rights import OPERATOR, RIGHTS, inbox_of
from services.runtime.messaging.identity_keys import new_seed, public_key
from services.runtime.messaging.streams import PROGRAMME, STREAMS
from tests.containers.compose import Compose
from tests.containers.conftest import Image
from tests.parts.docker import DockerEngine
from tests.parts.waiting import until

SERVERS = ("nats-1", "nats-2", "nats-3")
SERVICES = sorted(RIGHTS.keys() - {OPERATOR})


@dataclass
class Signed:
    """A connection of one identity, and what the servers said against it."""

    client: Client
    refusals: list[str] = field(default_factory=list)

    async def refused(self, subject: str, payload: bytes = b"") -> str:
        """Publish where that is not allowed; return the servers' words."""
        before = len(self.refusals)
        await self.client.publish(subject, payload)
        await self.client.flush()
        await until(lambda: len(self.refusals) > before, what=f"a refusal of {subject}")
        return self.refusals[-1]


@dataclass(frozen=True)
class Cluster:
    """The servers, and how identities sign in."""

    compose: Compose
    addresses: list[str]
    authority: trustme.CA
    trusting: ssl.SSLContext
    seeds: dict[str, str]

    @asynccontextmanager
    async def signed(self, identity: str, seed: str | None = None) -> AsyncIterator[Signed]:
        """Sign in, at whichever server takes the connection, with the identity's own seed unless another is given."""
        refusals: list[str] = []

        async def note(error: Exception) -> None:
            refusals.append(str(error).lower())

        client = await nats.connect(
            self.addresses,
            nkeys_seed_str=seed or self.seeds[identity],
            inbox_prefix=inbox_of(identity),
            tls=self.trusting,
            tls_hostname="nats-1",
            error_cb=note,
            max_reconnect_attempts=2,
        )
        try:
            yield Signed(client, refusals)
        finally:
            await client.close()

    async def messages(self, stream: str = PROGRAMME) -> int:
        async with self.signed(OPERATOR) as operator:
            return (await operator.client.jetstream().stream_info(stream)).state.messages


@pytest.fixture(scope="module")
def servers(docker_engine: DockerEngine, image: Image, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three servers with a certificate of an authority of their own; the image's own nats-server is what runs."""
    authority = trustme.CA()
    certificate = authority.issue_cert(*SERVERS)
    folder = tmp_path_factory.mktemp("tls")
    authority.cert_pem.write_to_path(folder / "ca.crt")
    certificate.private_key_pem.write_to_path(folder / "tls.key")
    Path(folder / "tls.crt").write_bytes(b"".join(each.bytes() for each in certificate.cert_chain_pems))
    seeds = {identity: new_seed() for identity in RIGHTS}
    public = {f"NATS_{identity.upper()}_NKEY": public_key(seed) for identity, seed in seeds.items()}
    settings = {"NATS_IMAGE": image.tag, "NATS_TLS": str(folder), **public}
    with Compose(docker_engine, "compose.nats.yaml", settings) as compose:
        within = "tls://{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}:4222"
        trusting = ssl.create_default_context()
        authority.configure_trust(trusting)
        yield Cluster(compose, [compose.inspected(each, within) for each in SERVERS], authority, trusting, seeds)


@pytest.fixture(scope="module")
async def cluster(servers: Cluster) -> Cluster:
    """The servers once they have declared the streams, each kept three times."""

    async def declared() -> bool:
        try:
            async with servers.signed(OPERATOR) as operator:
                return not await streams.apply(operator.client, replicas=len(SERVERS))
        except (nats.errors.Error, nats.js.errors.Error, OSError):  # they have not found each other yet
            return False

    await until(declared, what="streams on three servers")
    return servers


def test_the_operator_declares_the_streams_with_the_command(
    servers: Cluster, image: Image, tmp_path: Path, docker_engine: DockerEngine
) -> None:
    # given
    (tmp_path / "operator.nk").write_text(servers.seeds[OPERATOR])
    (tmp_path / "ca.crt").write_bytes(servers.authority.cert_pem.bytes())
    tmp_path.chmod(0o755)  # whoever runs in the container is another user
    for each in tmp_path.iterdir():
        each.chmod(0o644)
    settings = {
        "SSL_CERT_FILE": "/secrets/ca.crt",
        "CONCORDAT_NATS_URL": ",".join(f"tls://{each}:4222" for each in SERVERS),
        "CONCORDAT_NATS_REPLICAS": "3",
        "CONCORDAT_NATS_IDENTITIES": "/secrets",
    }
    given = [word for name, value in settings.items() for word in ("--env", f"{name}={value}")]
    where = ("--network", "concordat-nats", "--volume", f"{tmp_path}:/secrets:ro")
    # when
    said = docker_engine.docker("run", "--rm", *where, *given, image.tag, "streams", "apply")
    # then
    assert said == "The streams PROGRAMME and REPORTING and their consumers are as they are to be."


async def test_every_stream_is_kept_by_three_servers(cluster: Cluster) -> None:
    async with cluster.signed(OPERATOR) as operator:
        for stream in STREAMS:
            kept = await operator.client.jetstream().stream_info(stream)
            assert kept.config.num_replicas == 3
            assert kept.cluster is not None
            assert kept.cluster.replicas is not None
            assert len(kept.cluster.replicas) == 2


async def test_what_one_service_publishes_no_other_can(cluster: Cluster) -> None:
    before = await cluster.messages()
    async with cluster.signed("reporting") as reporting:
        said = await reporting.refused("programme.LAP.partner-admitted", b"{}")
    assert 'permissions violation for publish to "programme.lap.partner-admitted"' in said
    assert await cluster.messages() == before


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


async def test_a_server_that_is_killed_takes_nothing_with_it(cluster: Cluster) -> None:
    # given
    before = await cluster.messages()
    cluster.compose.run("kill", "nats-2")
    # when
    async with cluster.signed("programme") as programme:
        for number in range(20):
            await _acknowledged(programme.client, number)
    # then
    assert await cluster.messages() == before + 20
    cluster.compose.run("start", "nats-2")
    async with cluster.signed(OPERATOR) as operator:

        async def all_have_it() -> bool:
            kept = await operator.client.jetstream().stream_info(PROGRAMME)
            replicas = (kept.cluster and kept.cluster.replicas) or []
            return len(replicas) == 2 and all(each.current for each in replicas)

        await until(all_have_it, what="the third copy")


async def _acknowledged(client: Client, number: int) -> None:
    """Publish until it is acknowledged, under one id: a cluster that changes its leader takes seconds to answer."""
    while True:
        try:
            await client.jetstream().publish(
                "programme.LAP.noted", b"{}", stream=PROGRAMME, headers={"Nats-Msg-Id": f"noted-{number}"}, timeout=5
            )
        except (nats.errors.TimeoutError, nats.js.errors.Error):
            await asyncio.sleep(0.1)
        else:
            return
