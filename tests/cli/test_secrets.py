"""Secrets stand in no log, no process list, no answer, no metric and no database, whatever goes wrong."""

from __future__ import annotations

import base64
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.cli.command import PATIENCE_SECONDS, SMALL, Running, concordat
from tests.parts.child import HOST, free_port
from tests.parts.waiting import until_now

MARK = "marked-secret"
TOKEN = f"{MARK}-api-token-that-is-long-enough"


@contextmanager
def refusing_mail_server() -> Iterator[tuple[int, list[bytes]]]:
    """Run a mail server that takes no password from anybody; yield its port, and what it is told."""
    told: list[bytes] = []
    with socket.create_server((HOST, 0)) as listening:
        threading.Thread(target=_refuse_all, args=(listening, told), daemon=True).start()
        yield listening.getsockname()[1], told


def _refuse_all(listening: socket.socket, told: list[bytes]) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection, connection.makefile("rwb") as lines:
            lines.write(b"220 mail.example\r\n")
            lines.flush()
            for line in lines:
                told.append(line)
                hello = line.upper().startswith(b"EHLO")
                lines.write(b"250-mail.example\r\n250 AUTH PLAIN LOGIN\r\n" if hello else b"535 not you\r\n")
                lines.flush()


def secrets_in(folder: Path) -> dict[str, str]:
    """Write a file with a marked secret for each setting that names one; return all settings that are secret."""
    client_secret = folder / "openid"
    client_secret.write_text(f"{MARK}-openid")
    return {
        "CONCORDAT_API_TOKEN": TOKEN,
        "CONCORDAT_SERVICE_TOKEN": f"{MARK}-service-token-that-is-long-enough",
        "CONCORDAT_SMTP_USERNAME": "concordat",
        "CONCORDAT_SMTP_PASSWORD": f"{MARK}-smtp",
        "CONCORDAT_OPENID_ISSUER": f"http://{HOST}:{free_port()}",
        "CONCORDAT_OPENID_CLIENT_ID": "concordat",
        "CONCORDAT_OPENID_CLIENT_SECRET_FILE": str(client_secret),
    }


def own_keys(data: Path) -> list[str]:
    """Return the keys that the deployment made for itself, as they stand in their files."""
    sealing = [key for file in (data / "keys").glob("*.key") for key in file.read_text().split()]
    signing = (data / "signing-key.pem").read_text().splitlines()[1]
    return [*sealing, signing]


def in_base64(text: str) -> list[str]:
    """Return what stands in base64 for a text, wherever it begins within what is encoded."""
    encoded = [base64.b64encode(b"\0" * before + text.encode()).decode() for before in range(3)]
    return [each[4:-4] for each in encoded]


def process_list() -> str:
    """Return what every user of the machine can read of every process."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(each.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return "\n".join(found)


def databases(data: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in data.glob("*.db*")}


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/health/ready").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def test_no_secret_is_told_whatever_goes_wrong(tmp_path: Path) -> None:
    # given: a mark in every secret, a mail server and a provider that refuse them, and a log of everything
    data = tmp_path / "data"
    url = f"http://{HOST}:{free_port()}"
    said: list[httpx.Response] = []
    with refusing_mail_server() as (port, told_by_mail):
        environment = {
            "CONCORDAT_DATA_DIR": str(data),
            "CONCORDAT_PORT": url.rpartition(":")[2],
            "CONCORDAT_PUBLIC_URL": url,
            "CONCORDAT_SMTP_HOST": HOST,
            "CONCORDAT_SMTP_PORT": str(port),
            "CONCORDAT_LOG_LEVEL": "debug",
            "CONCORDAT_LOG_FORMAT": "json",
            **secrets_in(tmp_path),
        }
        with (
            Running(("serve", "all"), environment) as running,
            httpx.Client(base_url=url, timeout=PATIENCE_SECONDS) as client,
        ):
            until_now(lambda: answers(client))

            # when: everything is asked for in wrong ways
            imported = concordat("import", SMALL, environment=environment)
            right, wrong = {"Authorization": f"Bearer {TOKEN}"}, {"Authorization": f"Bearer {TOKEN}-not"}
            said += [client.get("/api/v1/partnerships", headers=each) for each in (right, wrong)]
            said.append(client.get("/api/v1/partnerships", headers={"Authorization": f"Basic {TOKEN}"}))
            said.append(client.post("/emails/dead-letters", data={"token": f"{TOKEN}-not", "act": "show"}))
            said.append(client.post("/emails/dead-letters", data={"token": TOKEN, "act": "show"}))
            said.append(client.post("/sign-in", data={"address": "lead@durham.example"}))
            until_now(lambda: any(line.startswith(b"AUTH") for line in told_by_mail))
            said.append(client.get("/sign-in/openid"))
            said.append(client.get("/home/NFA", headers={"Cookie": f"concordat-session={'x' * 43}"}))
            with closing(sqlite3.connect(data / "access.db")) as spoilt:
                spoilt.execute("DROP TABLE sessions")
            crashed = client.get("/home/NFA", headers={**right, "Cookie": f"concordat-session={'y' * 43}"})
            unforeseen = client.get("/home/NFA", headers={"Cookie": f"concordat-session={'z' * 43}"})
            said += [crashed, unforeseen, client.get("/metrics"), client.get("/health/ready")]
            listed = process_list()
            kept = databases(data)
            keys = own_keys(data)
            _, logged = running.interrupt()

    # then
    told = f"{running.said}\n{logged}\n{imported.stdout}\n{imported.stderr}"
    in_answers = "\n".join(f"{each.headers}\n{each.text}" for each in said)
    assert imported.returncode == 0
    assert any(each in b"".join(told_by_mail).decode() for each in in_base64(MARK))  # so is one found that is told
    assert unforeseen.status_code == httpx.codes.INTERNAL_SERVER_ERROR
    assert "no such table" in told
    assert "no such table" not in in_answers
    for secret in (MARK, *in_base64(MARK), *keys):
        assert secret not in told
        assert secret not in in_answers
        assert secret not in listed
        assert [name for name, content in kept.items() if secret.encode() in content] == []


@pytest.mark.parametrize("database", ["PROGRAMME", "ACCESS"])
def test_a_database_that_cannot_be_reached_is_told_without_its_password(tmp_path: Path, database: str) -> None:
    url = f"http://{HOST}:{free_port()}"
    environment = {
        "CONCORDAT_DATA_DIR": str(tmp_path / "data"),
        "CONCORDAT_PORT": url.rpartition(":")[2],
        f"CONCORDAT_{database}_DATABASE_URL": f"postgresql://concordat:{MARK}@{HOST}:{free_port()}/concordat",
        "CONCORDAT_LOG_LEVEL": "debug",
    }
    with Running(("serve", "all"), environment) as running, httpx.Client(base_url=url, timeout=60) as client:
        until_now(lambda: has_begun(client))
        readiness = client.get("/health/ready").text
        listed = process_list()
        _, logged = running.interrupt()
    migrated = concordat("migrate", environment=environment)

    assert migrated.returncode != 0
    assert MARK not in f"{logged}\n{running.said}\n{readiness}\n{listed}\n{migrated.stdout}\n{migrated.stderr}"


def has_begun(client: httpx.Client) -> bool:
    try:
        return client.get("/health/live").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
