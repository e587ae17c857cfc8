"""A whole deployment under attack by those who ask for nothing: it goes on, and others are answered."""

from __future__ import annotations

import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.cli.command import PATIENCE_SECONDS, Running
from tests.parts.child import HOST, free_port
from tests.parts.waiting import until_now

TOKEN = "only-for-tests"
HALF = (
    b"POST /api/v1/partnerships/LAP/commands/appoint-person HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
)


@contextmanager
def served(folder: Path, descriptors: int) -> Iterator[int]:
    port = free_port()
    environment = {
        "CONCORDAT_DATA_DIR": str(folder),
        "CONCORDAT_PORT": str(port),
        "CONCORDAT_API_TOKEN": TOKEN,
        "CONCORDAT_IDLE_SECONDS": "600",
        "CONCORDAT_BODY_SECONDS": "600",
    }
    few = partial(resource.setrlimit, resource.RLIMIT_NOFILE, (descriptors, descriptors))
    with Running(("serve", "all"), environment, limits=few) as running:
        until_now(lambda: is_ready(port), what="readiness")
        yield port
        assert running.process.poll() is None
        exit_code, said = running.interrupt()
    assert exit_code == 0
    assert "Traceback" not in said


def is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://{HOST}:{port}/health/ready", timeout=PATIENCE_SECONDS).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("descriptors", [100, 400])
def test_more_connections_than_there_are_descriptors_end_nothing_and_keep_nobody_out(
    descriptors: int, tmp_path: Path
) -> None:
    with served(tmp_path / "data", descriptors) as port:
        attackers = []
        try:
            for number in range(3 * descriptors):
                attacker = socket.create_connection((HOST, port), timeout=PATIENCE_SECONDS)
                attackers.append(attacker)
                if number % 3 == 0:
                    attacker.sendall(HALF)
                if number % 100 == 0:
                    page = httpx.get(f"http://{HOST}:{port}/sign-in", timeout=PATIENCE_SECONDS)
                    assert page.status_code == 200
            until_now(lambda: is_ready(port), what="readiness among them")
        finally:
            for attacker in attackers:
                attacker.close()
