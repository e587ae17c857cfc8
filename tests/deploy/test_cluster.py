"""The cluster's own settings and secrets, in real processes: what each pod is given is enough for it."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import trustme
import yaml

from services.cli import main
from services.cli.serve import SERVICES
from tests.cli.command import SMALL
from tests.deploy.nats_values import NatsOfTheValues
from tests.deploy.pods import Pod, pods_of
from tests.faults.commanding import commanded
from tests.faults.entry import run_command
from tests.faults.process import Process
from tests.parts.child import HOST, free_port
from tests.parts.kubectl import built
from tests.parts.postgres import PostgresServer
from tests.parts.waiting import until_now

pytestmark = [pytest.mark.kubectl, pytest.mark.postgresql]
PORTS = {name: free_port() for name in SERVICES}


@pytest.fixture
def pods() -> dict[str, Pod]:
    return {pod.name: pod for pod in pods_of(built("cluster"))}


@pytest.fixture
def secrets(tmp_path: Path, postgres_server: PostgresServer) -> Iterator[Path]:
    """The folder that an operator makes the cluster's secret from."""
    folder = tmp_path / "secrets"
    assert main(["make-secrets", str(folder)]) == 0
    urls = {name: postgres_server.create_database() for name in ("directory", *SERVICES)}
    for name, url in urls.items():
        (folder / f"concordat_{name}_database_url").write_text(url)
    yield folder
    for url in urls.values():
        postgres_server.drop_database(url)


@pytest.fixture
def nats_url(
    tmp_path: Path, secrets: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[str]:
    """A NATS server with TLS that knows the identities' public keys."""
    main(["make-secrets", str(secrets)])
    for name, value in yaml.safe_load(capsys.readouterr().out)["container"]["env"].items():
        monkeypatch.setenv(name, value)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(secrets / "nats-ca.pem")
    folder = tmp_path / "nats"
    folder.mkdir()
    with NatsOfTheValues(folder, authority.issue_cert(HOST)) as server:
        yield f"tls://{HOST}:{server.port}"


def environment(pod: Pod, secrets: Path, nats_url: str, folder: Path) -> dict[str, str]:
    """Return a pod's environment, but for where others are; give it its files of the secret, and no others."""
    folder.mkdir()
    for name in pod.files:
        if (secrets / name).exists():
            shutil.copy(secrets / name, folder)
    # As in the image, whose root is read-only: a database that is not given cannot be made there instead.
    data = folder / "data"
    data.mkdir(mode=0o500)
    elsewhere = {
        "DATA_DIR": str(data),
        "NATS_URL": nats_url,
        "NATS_REPLICAS": "1",
        "HOST": HOST,
        "PORT": str(PORTS.get(pod.name, 0)),
    }
    own = {name: value.replace(pod.folder, str(folder)) for name, value in pod.settings.items()}
    for name in ("programme", "reporting"):
        if f"CONCORDAT_{name.upper()}_URL" in own:
            elsewhere[f"{name.upper()}_URL"] = f"http://{HOST}:{PORTS[name]}"
    return own | {f"CONCORDAT_{name}": value for name, value in elsewhere.items()}


def test_each_pod_does_its_work_with_what_it_is_given(
    pods: dict[str, Pod], secrets: Path, nats_url: str, tmp_path: Path
) -> None:
    given = {name: environment(pod, secrets, nats_url, tmp_path / name) for name, pod in pods.items()}
    logs = {name: tmp_path / f"{name}.log" for name in pods}
    operator = {"Authorization": f"Bearer {(secrets / 'concordat_api_token').read_text().strip()}"}
    asking = dict(operator)

    def answers(service: str, path: str) -> bool:
        try:
            return (
                httpx.get(f"http://{HOST}:{PORTS[service]}{path}", headers=asking, timeout=60).status_code
                == httpx.codes.OK
            )
        except httpx.TransportError:
            return False

    for job in ("concordat-migrate", "concordat-streams"):
        arguments = tuple(pods[job].container["args"])
        code, said = commanded(arguments, given[job], logs[job])
        assert code == 0, f"{shlex.join(arguments)}: {said}"
    with ExitStack() as running:
        processes = {
            name: Process(name, logs[name], run_command, lambda to, n=name: (pods[n].container["args"], given[n], to))
            for name in SERVICES
        }
        for name, process in processes.items():
            running.callback(process.kill)
            until_now(
                lambda n=name, p=process: not p.running or answers(n, "/health/serving"),
                lambda n=name: logs[n].stat(),
                what=name,
            )
            assert process.running, logs[name].read_text()
        sent = httpx.post(
            f"http://{HOST}:{PORTS['programme']}/api/v1/imports",
            content=SMALL.read_bytes(),
            headers={**operator, "Content-Type": "application/yaml"},
            timeout=60,
        )
        assert sent.status_code == httpx.codes.CREATED, sent.text
        until = str(datetime.now(UTC).date() + timedelta(days=30))
        made = ("token", "add", "NFA", "--name", "Tests", "--until", until)
        code, said = commanded(made, given["programme"], tmp_path / "token.log")
        assert code == 0, said
        asking["Authorization"] = f"Bearer {said.splitlines()[0]}"
        until_now(lambda: answers("reporting", "/packs/NFA"), what="the partnership in reporting")
        until_now(lambda: answers("notifications", "/health/ready"), what="notifications")
        for process in processes.values():
            process.terminate()
        assert {name: process.ended() for name, process in processes.items()} == dict.fromkeys(SERVICES, 0)
