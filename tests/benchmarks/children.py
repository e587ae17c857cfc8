"""Processes that are measured from outside: the product as people run it, and what it is compared with."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import services
from services.runtime.access.sessions.system_token import SYSTEM_PREFIX
from tests.benchmarks import processor
from tests.parts.child import HOST, free_port

ROOT = Path(services.__file__).parents[1]
USUAL = "LAP"
"""The partnership that is measured where there is one."""
_PATIENCE_SECONDS = 180.0
_LOOK_SECONDS = 0.5
_AT_REST = 0.1
"""The share of a processor that a server takes at most when it is at rest."""


def settings_of(folder: Path, port: int) -> dict[str, str]:
    """Return the product's settings for a deployment that keeps everything in ``folder``."""
    return {
        "CONCORDAT_DATA_DIR": str(folder),
        "CONCORDAT_HOST": HOST,
        "CONCORDAT_PORT": str(port),
        "CONCORDAT_PUBLIC_URL": f"http://{HOST}:{port}",
        "CONCORDAT_SERVICE_TOKEN": "of-the-bench",
        "CONCORDAT_CLOCK_JUMP_HOURS": "0",  # the logs that are measured end years ago
        "CONCORDAT_LOG_FORMAT": "json",  # as it is deployed
    }


def token_of(partnership: str) -> str:
    """Return the token of the system that writes in a partnership: see ``logs.give_systems``."""
    return f"{SYSTEM_PREFIX}of-the-bench-in-{partnership}"


def peer_is_installed() -> bool:
    """Say whether the library that ``tests.benchmarks.peer`` runs is there; ``make bench`` installs it."""
    return find_spec("eventsourcing") is not None


@contextmanager
def serving(
    module: str,
    *arguments: str,
    folder: Path,
    ready: str = "/health/ready",
    port: int | None = None,
    more: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Run ``python -m module arguments`` until the block ends; it listens where its settings, or ``port``, say.

    ``more`` are settings beside those of every deployment that is measured.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=environment({**settings_of(folder, port), **(more or {})}),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            server = Server(process, port, folder)
            server.wait_for(ready)
            yield server
        finally:
            process.terminate()
            process.wait(_PATIENCE_SECONDS)


class Server:
    """A process that answers HTTP."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
        self.pid = process.pid
        self.port = port
        self.folder = folder
        self._process = process

    def get(self, path: str, partnership: str = USUAL) -> bytes:
        """Return the body of what it answers the system of a partnership.

        Raises OSError where it answers with an error or not at all.
        """
        request = urllib.request.Request(
            f"http://{HOST}:{self.port}{path}", headers={"Authorization": f"Bearer {token_of(partnership)}"}
        )
        with urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS) as answer:
            body: bytes = answer.read()
        return body

    def wait_for(self, path: str) -> None:
        """Wait until ``path`` is answered with success. Raises RuntimeError with the end of its log if it never is."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                self.get(path)
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    log = (self.folder / "log").read_text(errors="replace").splitlines()[-30:]
                    raise RuntimeError("\n".join(["a server did not start; its log ends:", *log])) from None
                time.sleep(0.05)
            else:
                return


async def at_rest(server: Server) -> None:
    """Wait until a server does next to nothing, so that what it does next is what it is asked for."""
    before = processor.taken(server.pid)
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        now = processor.taken(server.pid)
        if now - before <= _LOOK_SECONDS * _AT_REST:
            return
        before = now


def asked(module: str, *arguments: str, more: Mapping[str, str] | None = None) -> Any:
    """Run ``python -m module arguments`` to its end and return the JSON that it says last."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=environment(more or {}),
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment with these settings of the product and no others.

    Python writes down what it compiles, as it does where Concordat is deployed.
    """
    own = {name: value for name, value in os.environ.items() if not name.startswith("CONCORDAT_")}
    own.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**own, "PYTHONPATH": str(ROOT), **settings}
