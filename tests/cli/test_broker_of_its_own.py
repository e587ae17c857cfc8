"""A deployment with a NATS server of its own, run with the very configuration that ``deploy/`` ships."""

from __future__ import annotations

import json
import re
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from services.runtime.base.settings import load_settings
from services.runtime.messaging.broker_rights import RIGHTS
from tests.cli.command import ROOT, SMALL, Running, concordat
from tests.parts.child import HOST, free_port
from tests.parts.nats import NatsServer, nats_server_binary
from tests.parts.seals import key_file
from tests.parts.tokens import Software
from tests.parts.waiting import until_now

CONFIGURATION = ROOT / "deploy" / "nats.conf"
TOKEN = "only-for-tests"


class ShippedNats(NatsServer):
    """A NATS server with the configuration that is shipped, but on a port and in a folder of the test."""

    def command(self) -> list[str | Path]:
        return [nats_server_binary(), "--config", CONFIGURATION, "--addr", HOST, "--port", str(self.port)]


@pytest.fixture
def passwords(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a password for each identity, which the NATS server knows too."""
    folder = tmp_path / "identities"
    folder.mkdir(mode=0o700)
    for identity in RIGHTS:
        password = f"p{secrets.token_hex(24)}"
        (folder / f"{identity}.password").write_text(f"{password}\n")
        monkeypatch.setenv(f"NATS_{identity.upper()}_PASSWORD", password)
    return folder


@pytest.fixture
def shipped(tmp_path: Path, passwords: Path) -> Iterator[ShippedNats]:
    directory = tmp_path / "nats"
    directory.mkdir()
    with ShippedNats(directory) as running:
        yield running


@pytest.fixture
def environment(tmp_path: Path, passwords: Path, shipped: ShippedNats) -> dict[str, str]:
    port = str(free_port())
    return {
        "CONCORDAT_DATA_DIR": str(tmp_path / "data"),
        "CONCORDAT_PORT": port,
        "CONCORDAT_PUBLIC_URL": f"http://{HOST}:{port}",
        "CONCORDAT_API_TOKEN": TOKEN,
        "CONCORDAT_NATS_URL": shipped.url,
        "CONCORDAT_NATS_IDENTITIES": str(passwords),
        "CONCORDAT_NATS_DECLARE_STREAMS": "false",
        "CONCORDAT_PROGRAMME_KEY_FILE": str(key_file()),
        "CONCORDAT_REPORTING_KEY_FILE": str(key_file()),
    }


def until_all_is_taken_in(url: str, software: Software) -> None:
    """Wait until the packs are there and the handlers of notifications have no message left."""
    said: dict[str, str] = {}

    def it_is() -> bool:
        checks = httpx.get(f"{url}/health/ready", timeout=60).json()["checks"]
        said.update({check["name"]: check["message"] for check in checks})
        return (
            said.get("notifications-programme") == "Caught up."
            and httpx.get(f"{url}/packs/NFA", auth=software, timeout=60).status_code == httpx.codes.OK
        )

    until_now(it_is, lambda: dict(said), what="what was imported, taken in")


def test_a_partnership_is_served_with_the_rights_of_each_service_and_no_more(environment: dict[str, str]) -> None:
    url = environment["CONCORDAT_PUBLIC_URL"]
    applied = concordat("streams", "apply", environment=environment)
    assert (applied.returncode, applied.stderr) == (0, "")

    with Running(("serve", "all"), environment) as running:
        token = {"CONCORDAT_API_TOKEN": TOKEN}  # and it has only just been started
        imported = concordat("import", SMALL, "--url", url, "--wait", "300", environment=token)
        until_all_is_taken_in(url, Software(load_settings(data_dir=environment["CONCORDAT_DATA_DIR"])))
        sent_again = concordat("republish", environment=environment)
        code, logged = running.interrupt(signal.SIGTERM)

    assert imported.returncode == 0, imported.stderr
    assert sent_again.returncode == 0, sent_again.stderr
    assert code == 0
    assert "service started" in running.said + logged
    assert "violation" not in (running.said + logged).lower()


def test_an_identity_that_nobody_gave_a_way_in_is_named(environment: dict[str, str], passwords: Path) -> None:
    (passwords / "operator.password").unlink()
    ended = concordat("streams", "apply", environment=environment)
    assert ended.returncode == 1
    assert "has no operator.nk or operator.creds or operator.password for operator to sign in with" in ended.stderr


def test_the_configuration_gives_each_identity_the_rights_that_the_code_needs() -> None:
    given = re.findall(
        r"^(\w+)_RIGHTS: \{\s+publish: \[(.*?)\]\s+subscribe: \[(.*?)\]",
        (ROOT / "deploy" / "nats-rights.conf").read_text(),
        re.DOTALL | re.MULTILINE,
    )
    assert {identity.lower(): (_subjects(publish), _subjects(subscribe)) for identity, publish, subscribe in given} == {
        identity: (list(rights.publish), list(rights.subscribe)) for identity, rights in RIGHTS.items()
    }


@pytest.mark.parametrize(
    ("file", "way_in"),
    [("nats.conf", "user: {0}, password: $NATS_{1}_PASSWORD"), ("nats-cluster.conf", "nkey: $NATS_{1}_NKEY")],
)
def test_nobody_else_is_let_in_and_everybody_as_themselves(file: str, way_in: str) -> None:
    users = re.findall(r"\{(.*), permissions: \$(\w+)_RIGHTS\}", (ROOT / "deploy" / file).read_text())
    assert users == [(way_in.format(each, each.upper()), each.upper()) for each in RIGHTS]


def _subjects(listed: str) -> list[str]:
    return [json.loads(line) for line in listed.split("\n") if line.strip()]
