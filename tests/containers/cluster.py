"""The cluster of ``deploy/compose.yaml``, brought up on an engine of the tests, and what tests do to it.

Images of others are a Debian with the same parts; of ours it is the image of this checkout.
"""

from __future__ import annotations

import re
import shutil
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import httpx
import nats
from nats.aio.client import Client

from services.runtime.messaging.broker_rights import OPERATOR, inbox_of
from tests.cli.command import SMALL
from tests.containers.compose import Compose
from tests.parts.child import HOST, free_port
from tests.parts.docker import ROOT, DockerEngine
from tests.parts.smtp import SmtpServer
from tests.parts.waiting import processor_seconds, until, until_now

SERVICES = ("programme", "reporting", "notifications", "access")
REPLICAS = tuple(f"{service}-{number}" for service in SERVICES for number in (1, 2))
BROKERS = ("nats-1", "nats-2", "nats-3")
NAME = "localhost"
"""Where the proxy is reached, in the place of the name that the documents give."""
CODE = "NFA"
"""The partnership that is brought in."""
ANSWER_SECONDS = 60
"""How long a broker may take for an answer."""
#: What lies outside the containers and is reached from them.
EVERY_NETWORK = "0.0.0.0"
_PARTS = ("nginx-light", "postgresql", "prometheus", "wget")
#: As in the official images: an empty folder for the data, which belongs to who writes there. What no test needs takes
#: minutes to unpack on a busy machine: PostgreSQL's compiler of queries, and the scripts of Prometheus's pages.
_FINISH = (
    'cd "$1" && rm -rf var/lib/postgresql/15 usr/share/javascript usr/share/prometheus usr/share/i18n '
    "usr/lib/*/libLLVM* usr/lib/*/libz3* usr/lib/postgresql/15/lib/llvmjit* usr/lib/postgresql/15/lib/bitcode && "
    'install -d -o "$(stat -c %u var/lib/postgresql)" var/lib/postgresql/data && install -d -o 65534 prometheus'
)
_PATH = "ENV PATH=/usr/lib/postgresql/15/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass
class Signed:
    """A connection of one identity at the broker, and what the servers said against it."""

    client: Client
    refusals: list[str] = field(default_factory=list)

    async def refused(self, subject: str, payload: bytes = b"") -> str:
        """Publish where that is not allowed; return the servers' words."""
        before = len(self.refusals)
        await self.client.publish(subject, payload)
        await self.client.flush(ANSWER_SECONDS)
        await until(lambda: len(self.refusals) > before, what=f"a refusal of {subject}")
        return self.refusals[-1]


@dataclass(frozen=True)
class Cluster:
    """A cluster that runs. ``service`` is a name in compose.yaml, such as ``programme-1``, ``nats-2``, ``proxy``."""

    compose: Compose
    secrets: Path
    client: httpx.Client
    """Asks the proxy over HTTPS, as the operator, and trusts the cluster's own authority."""
    mail: SmtpServer

    def start(self, *services: str) -> None:
        """Start containers that were stopped or killed; they stay the same containers."""
        self.compose.engine.docker("start", *map(self.container, services))

    def stop(self, *services: str) -> None:
        """Tell containers to stop, and wait until they have."""
        self.compose.engine.docker("stop", *map(self.container, services))

    def kill(self, service: str, signal: str = "KILL") -> None:
        """Send a signal, to which the container does not come back by itself."""
        self.compose.engine.docker("kill", "--signal", signal, self.container(service))

    def again(self, *services: str, over: tuple[Path, ...] = ()) -> None:
        """Make the containers of services anew where compose.yaml with these files over it says something else."""
        replace(self.compose, over=(*self.compose.over, *over)).run("up", "--detach", "--no-deps", *services)

    def container(self, service: str) -> str:
        """Return the name of a service's container."""
        return f"{self.compose.project}_{service}_1"

    def process(self, service: str) -> int:
        """Return the id, on this machine, of a container's first process: ``nsenter --target ID --net`` is inside."""
        return int(self._inspected(service, "{{.State.Pid}}"))

    def address(self, service: str, network: str = "front") -> str:
        """Return the address of a container in one of the networks ``front``, ``broker``, ``database``."""
        name = f"{self.compose.project}_{network}"
        return self._inspected(service, f'{{{{(index .NetworkSettings.Networks "{name}").IPAddress}}}}')

    def execute(self, service: str, *command: str, given: bytes | None = None) -> str:
        """Return what a command says inside a container that runs. Raises RuntimeError where it fails."""
        return self.compose.engine.docker("exec", "--interactive", self.container(service), *command, given=given)

    def operate(self, *arguments: str, given: bytes | None = None) -> str:
        """Return what ``concordat …`` says to an operator. Raises RuntimeError where it fails."""
        return self.compose.run("run", "--rm", "-T", "operator", *arguments, given=given)

    def logs(self, service: str) -> str:
        """Return the log of a container so far."""
        return self.compose.engine.logs(self.container(service))

    def asking(self, token: str) -> httpx.Client:
        """Return a client that asks the proxy with another token."""
        url = self.compose.environment["CONCORDAT_PUBLIC_URL"]
        return client_of(url, token, self.secrets)

    def is_ready(self, service: str) -> bool:
        """Say whether one replica says of itself that all is well."""
        try:
            return httpx.get(
                f"http://{self.address(service)}:8080/health/ready", trust_env=False, timeout=60
            ).is_success
        except httpx.TransportError:
            return False

    def until_ready(self, *services: str) -> None:
        """Wait for replicas, for all of them where none is named, while their processes do anything."""
        for each in services or REPLICAS:
            moved = partial(lambda name: processor_seconds(self.process(name)), each)
            until_now(partial(self.is_ready, each), moved, what=f"{each} ready")

    def until_healthy(self, service: str) -> None:
        """Wait until the engine finds a container healthy, by the check that its image or compose.yaml names."""

        def is_healthy() -> bool:
            return self._inspected(service, "{{.State.Health.Status}}") == "healthy"

        until_now(is_healthy, lambda: processor_seconds(self.process(service)), what=f"{service} healthy")

    async def messages(self, stream: str, subject: str) -> int:
        """Return how many messages of a subject a stream holds."""
        async with self.signed(OPERATOR) as operator:
            held = await operator.client.jetstream(timeout=ANSWER_SECONDS).stream_info(stream, subject)
        return (held.state.subjects or {}).get(subject, 0)

    @asynccontextmanager
    async def signed(self, identity: str, seed: str | None = None) -> AsyncIterator[Signed]:
        """Sign in at the broker, with the identity's own seed unless another is given."""
        refusals: list[str] = []

        async def note(error: Exception) -> None:
            refusals.append(str(error).lower())

        client = await nats.connect(
            [f"tls://{self.address(each, 'broker')}:4222" for each in BROKERS if self._runs(each)],
            nkeys_seed_str=seed or (self.secrets / f"{identity}.nk").read_text().strip(),
            inbox_prefix=inbox_of(identity),
            tls=trusting(self.secrets),
            tls_hostname=BROKERS[0],
            error_cb=note,
            max_reconnect_attempts=2,
            connect_timeout=60,
        )
        try:
            yield Signed(client, refusals)
        finally:
            await client.close()

    def _runs(self, service: str) -> bool:
        return self._inspected(service, "{{.State.Running}}") == "true"

    def _inspected(self, service: str, what: str) -> str:
        return self.compose.engine.docker("inspect", "--format", what, self.container(service))


def trusting(secrets: Path) -> ssl.SSLContext:
    """Return a context that trusts the cluster's own authority."""
    return ssl.create_default_context(cafile=str(secrets / "ca.crt"))


def client_of(url: str, token: str, secrets: Path) -> httpx.Client:
    """Return a client that asks at an address of the cluster, with a token."""
    authorised = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=url, headers=authorised, verify=trusting(secrets), timeout=60, trust_env=False)


def images_of_others(engine: DockerEngine) -> Mapping[str, str]:
    """Return settings that put a Debian with the same parts in the place of images that would be fetched."""
    tag = engine.load("concordat-parts", *_PARTS, finish=_FINISH, change=_PATH)
    return {"POSTGRES_IMAGE": tag, "NGINX_IMAGE": tag, "PROMETHEUS_IMAGE": tag}


def commands() -> str:
    """Return the commands of docs/operations.md that bring a cluster up and set the first partnership up."""
    [written] = documented("## A cluster with Compose")
    assert "docker-compose up --detach\n" in written
    return written.replace("concordat.example.org", NAME)


def documented(heading: str) -> list[str]:
    """Return what docs/operations.md has to be typed under a heading, block by block."""
    page = (ROOT / "docs" / "operations.md").read_text()
    section = page.partition(f"\n{heading}\n")[2].partition("\n#")[0]
    blocks = re.findall(r"(?:^    .*\n)+", section, re.MULTILINE)
    return [re.sub("^    ", "", block, flags=re.MULTILINE) for block in blocks]


@contextmanager
def brought_up(
    engine: DockerEngine, project: str, image: str, folder: Path, over: tuple[Path, ...] = ()
) -> Iterator[Cluster]:
    """Bring a cluster up with the commands of docs/operations.md, in a copy of ``deploy/``; take it down at the end.

    They bring the small example in. What they leave open, or would fetch, is set in their environment. ``project``
    keeps it apart from others on the same engine.
    """
    deploy = folder / "deploy"
    shutil.copytree(ROOT / "deploy", deploy)
    shutil.copy(SMALL, deploy / "london.yaml")
    https, http, prometheus = (free_port() for _ in range(3))
    with SmtpServer(EVERY_NETWORK) as mail:
        settings = {
            "CONCORDAT_IMAGE": image,
            "NATS_IMAGE": image,
            **images_of_others(engine),
            "CONCORDAT_PUBLIC_URL": f"https://{NAME}:{https}",
            "CONCORDAT_LISTEN": f"{HOST}:{https}",
            "CONCORDAT_LISTEN_HTTP": f"{HOST}:{http}",
            "PROMETHEUS_LISTEN": f"{HOST}:{prometheus}",
            "CONCORDAT_SMTP_HOST": engine.outside(),
            "CONCORDAT_SMTP_PORT": str(mail.port),
        }
        with Compose(engine, project, deploy / "compose.yaml", settings, over) as compose:
            said = compose.follow(commands())
            assert f"{CODE} is in http://programme:8080: 40 events" in said
            secrets = deploy / "secrets"
            token = (secrets / "concordat_api_token").read_text().strip()
            with client_of(settings["CONCORDAT_PUBLIC_URL"], token, secrets) as client:
                yield Cluster(compose, secrets, client, mail)
