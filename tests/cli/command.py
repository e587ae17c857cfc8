"""The command ``concordat`` as people run it: a process of its own."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import AnyStr, Self

import services
from tests.parts.waiting import Patience, processor_seconds

ROOT = Path(services.__file__).parents[1]
SMALL = ROOT / "examples" / "small" / "northern-fire.yaml"
PATIENCE_SECONDS = 120
_LOOK_SECONDS = 0.25


def concordat(
    *arguments: str | Path, environment: Mapping[str, str] | None = None, within: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, in an environment that speaks of no other deployment."""
    command = _command(arguments)
    with subprocess.Popen(
        command,
        cwd=within,
        env=_environment(environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        out, err = _to_its_end(process)
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def _to_its_end(process: subprocess.Popen[AnyStr]) -> tuple[AnyStr, AnyStr]:
    """Return what a process says until it ends; one that uses no more processor time before it ends is ended."""
    patience = Patience(lambda: processor_seconds(process.pid))
    while True:
        try:
            return process.communicate(timeout=_LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            if not patience.lasts():
                process.kill()
                raise


@dataclass
class Running:
    """The command while it runs; ``said`` is what it has written on standard output so far.

    What goes to standard error stands in a file: a pipe that nobody reads would bring it to a stand when it is full.
    ``umask`` is what it is started under, ``limits`` is called in the child before the command.
    """

    arguments: tuple[str | Path, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    said: str = ""
    umask: int = -1
    limits: Callable[[], object] | None = None

    def __enter__(self) -> Self:
        self._errors = TemporaryFile()
        self.process = subprocess.Popen(
            _command(self.arguments),
            env=_environment(self.environment),
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
            umask=self.umask,
            preexec_fn=self.limits,  # noqa: PLW1509 - it only makes system calls
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
        self._errors.close()

    @property
    def complaints(self) -> str:
        """What it has written on standard error so far."""
        return os.pread(self._errors.fileno(), os.fstat(self._errors.fileno()).st_size, 0).decode()

    def until_said(self, words: str) -> str:
        """Wait until these words stand on standard output; return all of it so far."""
        assert self.process.stdout is not None
        patience = Patience(lambda: (self.said, processor_seconds(self.process.pid)))
        while words not in self.said:
            assert patience.lasts(), f"{words!r} was not said, but: {self.said}"
            if select.select([self.process.stdout], [], [], 0.1)[0]:
                said = os.read(self.process.stdout.fileno(), 65_536)
                assert said, f"it ended after saying: {self.said}"
                self.said += said.decode()
        return self.said

    def interrupt(
        self, with_signal: signal.Signals = signal.SIGINT, *, then: Callable[[], object] = lambda: None
    ) -> tuple[int, str]:
        """Press Ctrl-C, and have ``then`` happen; return the exit code and what was said on standard error."""
        self.process.send_signal(with_signal)
        then()
        out, _ = _to_its_end(self.process)
        self.said += out.decode()
        return self.process.returncode, self.complaints


def files_in(folder: Path) -> dict[str, bytes]:
    """Return the content of every file in a folder, by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def all_below(folder: Path) -> Iterator[Path]:
    """Yield all that lies below a folder; a running server may make and remove files and folders there meanwhile."""
    for above, folders, files in os.walk(folder):
        yield from (Path(above, name) for name in (*folders, *files))


def _command(arguments: tuple[str | Path, ...]) -> list[str]:
    return [sys.executable, "-m", "services.cli", *(str(each) for each in arguments)]


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CONCORDAT_")}
    return {**inherited, "PYTHONPATH": str(ROOT), **given}
