"""A Docker engine of the tests' own, and the small Debian that its images are made from: no image is fetched."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import platform
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from tests.parts.child import ChildServer

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "build" / "containers"
"""What is made once on a machine and kept between runs."""
_OF_WHOEVER_RUNS_THE_TESTS = ("DOCKER_", "COMPOSE_", "CONCORDAT_")
COMMANDS = ("dockerd", "docker", "docker-compose", "mmdebstrap", "nsenter", "ip", "tc", "iptables")
PACKAGES = ("docker.io", "docker-compose", "mmdebstrap", "iproute2", "iptables", "libfaketime")
#: No documentation in the images, as in the official slim ones.
_LEFT_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*")


class DockerEngine(ChildServer):
    """A Docker engine with a socket and a folder of its own; containers reach each other and this machine, no further.

    Use it as a context manager: at the end of the block nothing is left of it, of its containers or of its networks.
    """

    name = "dockerd"
    stop_signal = signal.SIGTERM

    def __init__(self) -> None:
        require_docker()
        # Not under pytest's own directory: a socket's path is short.
        super().__init__(Path(tempfile.mkdtemp(prefix="concordat-docker-")))
        (self.directory / "config").mkdir()

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which ``docker`` and ``docker-compose`` speak to this engine."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(_OF_WHOEVER_RUNS_THE_TESTS)},
            "DOCKER_HOST": self._socket,
            "DOCKER_CONFIG": str(self.directory / "config"),
            # Debian's engine is of a time when BuildKit had to be installed beside it.
            "DOCKER_BUILDKIT": "0",
        }

    @property
    def _socket(self) -> str:
        return f"unix://{self.directory / 'docker.sock'}"

    def command(self) -> list[str | Path]:
        return [
            *("dockerd", "--host", self._socket, "--pidfile", self.directory / "pid"),
            *("--data-root", self.directory / "data", "--exec-root", self.directory / "run"),
            # The rules of this machine's firewall stay as they are, so that several engines can run side by side.
            *("--bridge", "none", "--iptables=false", "--ip6tables=false", "--log-level", "warn"),
        ]

    def answers(self) -> bool:
        return self._docker("version").returncode == 0

    def docker(self, *arguments: str | Path, given: bytes | None = None) -> str:
        """Return what ``docker`` answers to these arguments. Raises RuntimeError with what it said against them."""
        ended = self._docker(*arguments, given=given)
        if ended.returncode != 0:
            raise RuntimeError(f"docker {' '.join(map(str, arguments))}: {ended.stderr.decode()}")
        return ended.stdout.decode().strip()

    def logs(self, container: str) -> str:
        """Return what a container has said so far, on standard output and against it."""
        ended = self._docker("logs", container)
        return (ended.stdout + ended.stderr).decode()

    def _docker(self, *arguments: str | Path, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["docker", *map(str, arguments)], env=self.environment, input=given, capture_output=True, check=False
        )

    def outside(self) -> str:
        """Return an address of this machine that every container reaches which is not shut in."""
        name = "outside"
        if not self.docker("network", "ls", "--quiet", "--filter", f"name=^{name}$"):
            self.docker("network", "create", name)
        return self.docker("network", "inspect", "--format", "{{(index .IPAM.Config 0).Gateway}}", name)

    def load(self, tag: str, *packages: str, finish: str = "", change: str = "") -> str:
        """Have an image ``tag`` of a Debian with these packages; return ``tag``.

        ``finish`` is a command of the shell that is run on the new system, whose root is ``$1``; ``change`` a line as
        of a Dockerfile.
        """
        self.docker("import", *(["--change", change] if change else []), debian(*packages, finish=finish), tag)
        return tag

    def __enter__(self) -> Self:
        try:
            return super().__enter__()
        except RuntimeError:
            shutil.rmtree(self.directory, ignore_errors=True)
            raise

    def __exit__(self, *_: object) -> None:
        if containers := self.docker("ps", "--all", "--quiet").split():
            self.docker("rm", "--force", "--volumes", *containers)
        self.docker("network", "prune", "--force")
        self.stop()
        shutil.rmtree(self.directory)


def debian(*packages: str, finish: str = "") -> Path:
    """Return the archive of a small Debian of this machine's release with these packages; made once and kept.

    ``finish`` is a command of the shell that is run on it at the end, its root as ``$1``.

    Raises RuntimeError with what stood against it.
    """
    release = _release()
    mark = hashlib.sha256(" ".join(filter(None, (release, *packages, finish))).encode()).hexdigest()[:12]
    archive = KEPT / f"debian-{mark}.tar"
    if archive.exists():  # it appeared whole
        return archive
    with one_at_a_time():
        if not archive.exists():
            being_made = archive.with_suffix(".part.tar")
            made = subprocess.run(
                [
                    *("mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(packages)}"),
                    *(f"--dpkgopt=path-exclude={pattern}" for pattern in _LEFT_OUT),
                    *([f"--customize-hook={finish}"] if finish else []),
                    *(release, being_made),
                ],
                capture_output=True,
                text=True,
                check=False,
            )
            if made.returncode != 0:
                raise RuntimeError(f"no Debian could be made for containers: {made.stderr}")
            being_made.rename(archive)
    return archive


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold what is kept for one process of the tests; others wait."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def require_docker() -> str:
    """Return where the engine is; raises RuntimeError where none can be started here."""
    missing = [each for each in COMMANDS if shutil.which(each) is None]
    if missing:
        raise RuntimeError(
            f"{', '.join(missing)} missing, for the tests with containers: install them (Debian: "
            f"apt-get install {' '.join(PACKAGES)}), or leave these tests out with WITHOUT_CONTAINERS=1"
        )
    if os.geteuid() != 0:
        raise RuntimeError(
            "only root can start the Docker engine of the tests with containers: run them as root, "
            "or leave them out with WITHOUT_CONTAINERS=1"
        )
    return shutil.which("dockerd") or ""


def _release() -> str:
    return platform.freedesktop_os_release().get("VERSION_CODENAME", "stable")
