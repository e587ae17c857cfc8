"""One process of a house: started, killed, stopped in its tracks, and gone for certain when the house is."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import services
from tests.parts.waiting import Moved, Patience, processor_seconds

ROOT = Path(services.__file__).parents[1]
_ENTRY = "tests.faults.entry"
_LOOK_SECONDS = 0.25
#: Whoever starts a process asks multiprocessing how all others ended, and of two threads that ask of one process at the
#: same time the second is told 255, whatever is true.
_asking = Lock()
_UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def _fork_server() -> ForkServerContext:
    os.environ["PYTHONPATH"] = str(ROOT)  # the server imports before it is told where from
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_ENTRY])
    return context


class Process:
    """Runs ``target`` with ``arguments`` and the end of a pipe into which it says what it has to say."""

    def __init__(
        self, name: str, log: Path, target: Callable[..., None], arguments: Callable[[Connection], Any]
    ) -> None:
        context = _fork_server()
        said, saying = context.Pipe(duplex=False)
        self.name = name
        self._process: ForkServerProcess = context.Process(target=target, args=arguments(saying), daemon=True)
        with _asking:
            self._process.start()
        saying.close()
        self._reader = Thread(target=_keep, args=(said, log), name=f"log of {name}", daemon=True)
        self._reader.start()

    @property
    def running(self) -> bool:
        with _asking:
            return self._process.is_alive()

    def ended(self, moved: Moved | None = None) -> int | None:
        """Wait until it has ended and return its exit code; None where it has not and nothing moves any more.

        ``moved`` says what moves; the processor time that it uses, where nothing is given.
        """
        patience = Patience(moved or self._processor_seconds)
        while not wait([self._process.sentinel], _LOOK_SECONDS) and patience.lasts():
            pass
        with _asking:
            return self._process.exitcode

    def _processor_seconds(self) -> float:
        return processor_seconds(self._pid)

    def kill(self) -> None:
        """End it as a crash would."""
        self._process.kill()
        self.ended()
        self._reader.join()

    def terminate(self) -> None:
        """Ask it to end in good order."""
        self._signal(signal.SIGTERM)

    def pause(self) -> None:
        """Stop it in its tracks: it holds what it holds and answers nobody."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it run on, with no idea that time has passed."""
        self._signal(signal.SIGCONT)

    def disk_full(self) -> None:
        """Have every write of it to a file fail: none may grow, and none may be written anew."""
        self._limit(0)

    def disk_free(self) -> None:
        """Let it write again."""
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        if self.running:
            resource.prlimit(self._pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def _signal(self, number: signal.Signals) -> None:
        if self.running:
            os.kill(self._pid, number)

    @property
    def _pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid


def _keep(said: Connection, log: Path) -> None:
    with log.open("ab") as file:
        while data := os.read(said.fileno(), 65_536):
            file.write(data)
    said.close()
