"""A server that runs as a child process, on a port that stays its own through kills and restarts."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import signal
import socket
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Self

from tests.parts.waiting import processor_seconds, until_now

POLL_SECONDS = 0.01
LOG_LINES_SHOWN = 25

HOST = "127.0.0.1"
_LOWEST_PORT = 10_000
_PORTS_HANDED_OUT = Path("/proc/sys/net/ipv4/ip_local_port_range")
_returned: set[int] = set()


def free_port() -> int:
    """Return a TCP port of the loopback address that nothing listens on now.

    It lies below the ports that the system hands out by itself, so that no passing connection takes it while a server
    is killed and started again. For the same reason no port is returned twice, and tests that run in several processes
    at once have ports of their own.
    """
    handed_out_from = int(_PORTS_HANDED_OUT.read_text().split()[0])
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    ours = range(_LOWEST_PORT + worker, handed_out_from, workers)
    while True:
        port = random.choice(ours)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((HOST, port))
            if port not in _returned:
                _returned.add(port)
                return port


class ChildServer(ABC):
    """Starts, stops, kills and restarts one server that keeps its data in ``directory``.

    Use it as a context manager: it runs inside the block and is stopped at its end.
    """

    name: str
    #: What asks the server to finish in good order.
    stop_signal = signal.SIGTERM
    #: What ends it at once, as a crash would: nothing is flushed, nobody is told.
    kill_signal = signal.SIGKILL

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.directory / f"{self.name}.log"

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @abstractmethod
    def command(self) -> list[str | Path]:
        """Return the command line that runs the server in the foreground."""

    @abstractmethod
    def answers(self) -> bool:
        """Say whether the server takes work now; called until it does."""

    def run_as(self) -> str | None:
        """Return the system user the server must run as, or None for the present one."""
        return None

    def start(self) -> None:
        """Start the server and return when it takes work.

        Raises RuntimeError with the end of its log when it ends before, or comes no further towards it.
        """
        if self.running:
            raise RuntimeError(f"{self.name} runs already")
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [os.fspath(word) for word in self.command()],
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                user=self.run_as(),
                # Ctrl-C ends the tests, which then stop their servers in good order.
                start_new_session=True,
            )
        with contextlib.suppress(AssertionError):  # it stands still
            until_now(lambda: not self.running or self.answers(), self._work_so_far)
            if self.running:
                return
        self.kill()
        raise RuntimeError(f"{self.name} did not start; its log ends:\n{self._end_of_log()}")

    def stop(self) -> None:
        """Ask the server to finish and wait until it has, paused or not; nothing happens when it does not run."""
        self._end_with(self.stop_signal)

    def kill(self) -> None:
        """End the server as a crash would; nothing happens when it does not run."""
        self._end_with(self.kill_signal)

    def pause(self) -> None:
        """Stop the server in its tracks: it holds what it holds and answers nobody."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let the server run on, with no idea that time has passed."""
        self._signal(signal.SIGCONT)

    def limit_files(self, size: int | None) -> None:
        """Let no file of the server grow beyond ``size`` bytes, as a full disk would; None lifts the limit."""
        if self._process is not None and self.running:
            limit = resource.RLIM_INFINITY if size is None else size
            resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    def restart(self) -> None:
        """Stop the server in good order and start it again: same port, same data."""
        self.stop()
        self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _signal(self, sent: signal.Signals) -> None:
        if self._process is not None and self.running:
            self._process.send_signal(sent)

    def _end_with(self, sent: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(sent)
        self._process.send_signal(signal.SIGCONT)  # who was stopped in its tracks hears of it only then
        until_now(lambda: not self.running, self._work_so_far, what=f"the end of {self.name}")
        self._process = None

    def _work_so_far(self) -> object:
        assert self._process is not None
        return processor_seconds(self._process.pid), self.log.stat().st_size

    def _end_of_log(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:])
