"""The small form, as ``deploy/compose.small.yaml`` brings it up: from a command to an e-mail, and down again."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from services.runtime.base.settings import load_settings
from services.runtime.process.serving import _LAST_SECONDS
from tests.cli.command import SMALL
from tests.containers.compose import Compose
from tests.containers.conftest import Image
from tests.parts.child import HOST, free_port
from tests.parts.docker import ROOT, DockerEngine
from tests.parts.smtp import SmtpServer
from tests.parts.waiting import until_now

TOKEN = "only-for-tests"
EVERY_NETWORK = "0.0.0.0"
MOST_SECONDS_TO_STOP = 10.0
A_LONG_TIME_TO_STOP = """\
services:
  concordat:
    environment: {CONCORDAT_SHUTDOWN_SECONDS: "600"}
"""
"""So that a machine on which everything takes long is in time with the rest of an open request."""
LEAD = "lead@brent.example"


@dataclass(frozen=True)
class SmallForm:
    """The one container, how it is spoken to, and the mail server that it sends to."""

    compose: Compose
    client: httpx.Client
    mail: SmtpServer

    def ready(self) -> bool:
        try:
            return self.client.get("/health/ready").is_success
        except httpx.TransportError:
            assert self.compose.inspected("concordat", "{{.RestartCount}}") == "0", self.compose.run("logs")
            return False

    def until_ready(self) -> None:
        until_now(self.ready, lambda: self.compose.run("logs"), what="readiness")

    @contextmanager
    def sending(self, command: str, body: bytes) -> Iterator[socket.socket]:
        """Begin a command and return once the service waits for its body."""
        url = self.client.base_url
        head = (
            f"POST /api/v1/partnerships/LAP/commands/{command} HTTP/1.1",
            *(
                f"Host: {url.netloc.decode()}",
                f"Authorization: {self.client.headers['Authorization']}",
                "Content-Type: application/json",
            ),
            *(f"Content-Length: {len(body)}", "Expect: 100-continue", "", ""),
        )
        with socket.create_connection((url.host, url.port or 80), timeout=60) as caller:
            caller.sendall("\r\n".join(head).encode())
            assert caller.recv(1024) == b"HTTP/1.1 100 Continue\r\n\r\n"
            yield caller

    def done(self, command: str, **fields: object) -> None:
        answer = self.client.post(f"/api/v1/partnerships/LAP/commands/{command}", json=fields)
        assert answer.is_success, answer.text


@pytest.fixture(scope="module")
def small_form(
    docker_engine: DockerEngine, image: Image, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SmallForm]:
    """A partnership with one member of its board, in a container that was brought up as deploy/README.md says."""
    secrets = tmp_path_factory.mktemp("secrets")
    (secrets / "concordat_api_token").write_text(TOKEN)
    (secrets / "concordat_api_token").chmod(0o644)
    listen = f"{HOST}:{free_port()}"
    with SmtpServer(EVERY_NETWORK) as mail:
        compose = Compose(
            docker_engine,
            "small",
            ROOT / "deploy" / "compose.small.yaml",
            {
                "CONCORDAT_IMAGE": image.tag,
                "CONCORDAT_LISTEN": listen,
                "CONCORDAT_PUBLIC_URL": f"http://{listen}",
                "CONCORDAT_SECRETS": str(secrets),
                "CONCORDAT_SMTP_HOST": docker_engine.outside(),
                "CONCORDAT_SMTP_PORT": str(mail.port),
            },
        )
        authorised = {"Authorization": f"Bearer {TOKEN}"}
        with compose, httpx.Client(base_url=f"http://{listen}", headers=authorised, timeout=60, trust_env=False) as it:
            form = SmallForm(compose, it, mail)
            compose.run("up", "--detach")
            form.until_ready()
            today = str(datetime.now(UTC).date())
            formed = {"code": "LAP", "name": "London", "formed_on": today, "holidays": "none"}
            assert it.post("/api/v1/partnerships", json=formed).status_code == 201
            until = str(datetime.now(UTC).date() + timedelta(days=30))
            command = ("concordat", "token", "add", "LAP", "--name", "Tests", "--until", until, "--write")
            made = compose.run("exec", "-T", "concordat", *command)
            it.headers["Authorization"] = f"Bearer {made.splitlines()[0]}"
            form.done("admit-partner", code="BRE", name="Brent", kind="other", joined_on=today)
            form.done("appoint-person", name="A Name", email=LEAD, partner="BRE", roles=["board_member"])
            yield form


def test_it_runs_as_nobody_special_and_can_write_to_its_volume_alone(small_form: SmallForm) -> None:
    host = (
        "{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}} {{.HostConfig.Privileged}}"
    )
    assert small_form.compose.inspected("concordat", host) == "true [ALL] [no-new-privileges:true] false"
    assert small_form.compose.run("exec", "-T", "concordat", "id", "-u").strip() == "10001"
    with pytest.raises(RuntimeError, match="Read-only file system"):
        small_form.compose.run("exec", "-T", "concordat", "touch", "/opt/concordat/bin/another")


def test_a_command_leads_to_an_e_mail(small_form: SmallForm) -> None:
    # when
    held_on = datetime.now(UTC).date() + timedelta(days=60)
    small_form.done("schedule-meeting", code="B01", date=str(held_on), time="14:00")
    # then
    until_now(lambda: len(small_form.mail.messages) > 0, small_form.ready, what="the invitation")
    [invitation] = small_form.mail.messages
    assert invitation.recipients == (LEAD,)
    assert "LAP-B01" in invitation.content.decode()


def test_a_programme_file_is_brought_in_from_outside_the_container(small_form: SmallForm) -> None:
    sent = ("exec", "-T", "concordat", "concordat", "import", "-", "--url", "http://localhost:8080")
    assert "NFA is in http://localhost:8080: 40 events" in small_form.compose.run(*sent, given=SMALL.read_bytes())


def test_docker_itself_sees_that_it_answers(small_form: SmallForm) -> None:
    until_now(lambda: small_form.compose.inspected("concordat", "{{.State.Health.Status}}") == "healthy", what="health")


def test_the_time_for_open_requests_and_all_else_at_a_stop_is_within_ten_seconds(small_form: SmallForm) -> None:
    """What is left open then is cut off (tests/runtime/test_shutdown.py)."""
    own = small_form.compose.inspected("concordat", "{{.Config.Env}} {{json .Config.StopTimeout}}")
    assert "SHUTDOWN_SECONDS" not in own
    grace = int(own.split()[-1])
    assert load_settings().shutdown_seconds + _LAST_SECONDS < MOST_SECONDS_TO_STOP < grace


def test_told_to_stop_it_ends_an_open_request_and_comes_back_with_it(small_form: SmallForm, tmp_path: Path) -> None:
    # given a request whose body is being waited for
    over = tmp_path / "patient.yaml"
    over.write_text(A_LONG_TIME_TO_STOP)
    replace(small_form.compose, over=(over,)).run("up", "--detach")
    small_form.until_ready()
    container = small_form.compose.container("concordat")
    today = datetime.now(UTC).date()
    body = f'{{"code": "HAC", "name": "Hackney", "kind": "other", "joined_on": "{today}"}}'.encode()
    with small_form.sending("admit-partner", body) as caller:
        # when
        small_form.compose.engine.docker("kill", "--signal", "TERM", container)
        until_now(lambda: '"event":"stopping"' in small_form.compose.run("logs", "concordat"), what="the stop")
        caller.sendall(body)
        answered = caller.makefile("rb").readline()
    exit_code = small_form.compose.engine.docker("wait", container)
    # then
    assert (answered.split()[1], exit_code) == (b"201", "0")
    small_form.compose.run("up", "--detach")
    small_form.until_ready()
    assert "Hackney" in small_form.client.get("/api/v1/partnerships/LAP/partners").text
