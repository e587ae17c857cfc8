"""A deployment under attack: by a user of the same machine, and by a thief of credentials at the broker."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from contracts.envelope import Cause, Position, Recorded, seal
from contracts.events import Fact
from contracts.events.capacity import CapacityReleased
from contracts.events.reporting import BreachArisen, PackFile, PackIssued
from services.runtime.base.settings import load_settings
from tests.cli.command import PATIENCE_SECONDS, ROOT, SMALL, Running, all_below
from tests.parts.child import HOST, free_port
from tests.parts.smtp import SmtpServer
from tests.parts.tokens import Software
from tests.parts.waiting import until_now
from tests.runtime.forgeries import Attacker, forged

TOKEN = "only-for-tests"
NOBODY = 65_534 if os.geteuid() == 0 else None
"""Whom the outsider becomes; where the tests are not root's, nobody can become another user."""


@dataclass
class Site:
    """A web server of the attacker's, which would take a token and give a PDF."""

    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        asked = self.asked

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(f"{self.path} {self.headers.get('Authorization')}")
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer((HOST, 0), Answer)
        self.url = f"http://{HOST}:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass
class Deployment:
    """What is attacked: everything in one process, with a partnership and a mail server."""

    folder: Path
    client: httpx.Client
    smtp: SmtpServer

    @property
    def operator(self) -> dict[str, str]:
        """What a thief who has become the owner finds: the best credentials there are."""
        found: dict[str, str] = json.loads((self.folder / "nats" / "operator.json").read_text())
        return found

    def rows(self, database: str, query: str) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.folder / f"{database}.db") as connection:
            return connection.execute(query).fetchall()

    def position(self, log: str) -> Position:
        """Return how far a log of the partnership has got."""
        found = self.rows(log, f"SELECT version, chain FROM {log}_heads WHERE partnership = 'NFA'")
        return Position(*found[0]) if found else Position()

    def readiness(self) -> dict[str, str]:
        """Return what each check finds, once all is well; one that took too long is asked again."""
        said: dict[str, str] = {}

        def is_ready() -> bool:
            answer = self.client.get("/health/ready")
            said.update({check["name"]: check["message"] for check in answer.json()["checks"]})
            return answer.status_code == httpx.codes.OK

        until_now(is_ready, what=said)
        return said

    def agenda(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client.get("/api/v1/partnerships/NFA/meetings/B02").json()["items"]
        return found

    def everything_is_in_the_journal(self) -> bool:
        journal = self.rows("reporting", "SELECT version, body FROM journal WHERE partnership = 'NFA' ORDER BY version")
        return journal == self.rows(
            "programme", "SELECT version, body FROM programme_events WHERE partnership = 'NFA' ORDER BY version"
        )


@pytest.fixture
def deployment() -> Iterator[Deployment]:
    above = Path(tempfile.mkdtemp(prefix="concordat-attacked-"))
    above.chmod(0o755)  # others can walk up to it
    url = f"http://{HOST}:{free_port()}"
    software = Software(load_settings(data_dir=above / "data", api_token=TOKEN))
    try:
        with SmtpServer() as smtp:
            environment = {
                "CONCORDAT_DATA_DIR": str(above / "data"),
                "CONCORDAT_PORT": url.rpartition(":")[2],
                "CONCORDAT_PUBLIC_URL": url,
                "CONCORDAT_API_TOKEN": TOKEN,
                "CONCORDAT_SMTP_HOST": smtp.host,
                "CONCORDAT_SMTP_PORT": str(smtp.port),
            }
            with (
                Running(("serve", "all"), environment, umask=0o000) as running,
                httpx.Client(base_url=url, auth=software, timeout=PATIENCE_SECONDS) as client,
            ):
                one = Deployment(above / "data", client, smtp)
                until_now(lambda: is_ready(client), what="readiness")
                yaml = {"Content-Type": "application/yaml"}
                assert client.post("/api/v1/imports", content=SMALL.read_bytes(), headers=yaml).status_code == 201
                until_now(one.everything_is_in_the_journal)
                yield one
                assert running.interrupt()[0] == 0
    finally:
        shutil.rmtree(above)


def is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/health/ready").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def next_event(log: str, position: Position, fact: Fact) -> Recorded:
    """Return an event that continues the log faultlessly: all that it lacks is the seal."""
    return seal(
        log,
        "NFA",
        position,
        fact,
        recorded_at=datetime.now(UTC) + timedelta(seconds=1),
        effective_on=date(2014, 10, 1),
        cause=Cause("system", "x", "x"),
    )


def test_another_user_of_the_machine_gets_in_nowhere(deployment: Deployment) -> None:
    paths = [str(path) for path in (deployment.folder, *all_below(deployment.folder))]
    tries = {
        "uid": NOBODY,
        "paths": paths if NOBODY is not None else [],
        "broker": deployment.operator["url"],
        "credentials": [{}, {"user": "operator", "pass": "operator"}, {"auth_token": "x"}, {"nkey": "U" * 56}],
        "web": [f"{deployment.client.base_url}/api/v1/partnerships/NFA/commands/release-capacity"],
    }
    before = deployment.position("programme")

    ended = subprocess.run(
        [sys.executable, "-m", "tests.cli.outsider"],
        input=json.dumps(tries),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    assert ended.stderr == ""
    came_of_it = json.loads(ended.stdout)
    assert len(paths) > 10
    assert came_of_it["read"] == []
    assert came_of_it["uid"] == (os.getuid() if NOBODY is None else NOBODY)
    assert came_of_it["broker"] == ["-ERR 'Authorization Violation'"] * 4
    assert came_of_it["web"] == [401]
    assert deployment.position("programme") == before
    deployment.readiness()


def test_a_thief_of_credentials_at_the_broker_is_believed_by_nobody(deployment: Deployment) -> None:
    agenda, reporting_before = deployment.agenda(), deployment.position("reporting")
    with Site() as stranger:
        pack = PackIssued.model_construct(
            pack="NFA-B02-PACK",
            meeting="NFA-B02",
            supplement=0,
            quarter="2014-15 Q2",
            meeting_on=date(2014, 10, 16),
            meeting_time=time_of_day(10),
            cut_off=datetime(2014, 10, 2, 16, tzinfo=UTC),
            issue_on=date(2014, 10, 9),
            title="Board pack",
            path=f"{stranger.url}/packs",
            files=(PackFile(name="pack.pdf", size=10, sha256="0" * 64),),
            recipients=("NFA-U001", "NFA-U002"),
        )
        breach = BreachArisen(
            meeting="NFA-B02", commitment="NFA-C2", partner="NOR", periods=("2014-15 Q1", "2014-15 Q2")
        )
        release = CapacityReleased(partner="NOR", project="NFA-P01", on=date(2014, 10, 1), days=999)
        reporting = deployment.position("reporting")
        forgeries = [
            *forged("REPORTING", next_event("reporting", reporting, pack)),
            *forged("REPORTING", next_event("reporting", reporting, breach)),
            *forged("PROGRAMME", next_event("programme", deployment.position("programme"), release)),
        ]

        thief = Attacker(deployment.operator["url"], deployment.operator["seed"])
        for forgery in forgeries:
            thief.publish(*forgery)
        assert thief.answers() == []
        thief.close()
        answer = deployment.client.post(
            "/api/v1/partnerships/NFA/commands/release-capacity",
            json={"partner": "NOR", "project": "P01", "on": "2014-10-01", "days": "1.50"},
        )
        assert answer.status_code in (200, 201), answer.text
        until_now(deployment.everything_is_in_the_journal)
        until_now(
            lambda: all(put_aside(deployment, *each) > 15 for each in CONSUMERS.items()),
            lambda: [put_aside(deployment, *each) for each in CONSUMERS.items()],
            what="all that was forged, put aside",
        )
        said = deployment.readiness()

        assert stranger.asked == []
    assert deployment.smtp.messages == []
    assert deployment.agenda() == agenda
    assert deployment.position("reporting") == reporting_before
    assert b'"999"' not in b"".join(body for (body,) in deployment.rows("reporting", "SELECT body FROM journal"))
    assert deployment.rows("notifications", "SELECT * FROM papers WHERE path LIKE 'http%'") == []
    assert any("no service sealed" in message for message in said.values())
    assert all("standing still" not in message for message in said.values())


CONSUMERS = {
    "reporting": "reporting",
    "programme-reporting": "programme",
    "notifications-programme": "notifications",
    "notifications-reporting": "notifications",
}
"""Each consumer and the database that it keeps."""


def put_aside(deployment: Deployment, consumer: str, database: str) -> int:
    """Return how much of what was forged on its stream a consumer has put aside; what came twice is kept once."""
    [(number,)] = deployment.rows(
        database, f"SELECT count(*) FROM dead_letters WHERE version = 0 AND consumer = '{consumer}'"
    )
    return int(number)
