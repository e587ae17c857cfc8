"""A compose file of ``deploy/``, brought up on an engine of the tests."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.parts.docker import DockerEngine


@dataclass(frozen=True)
class Compose:
    """What ``docker-compose --file …`` does, in an environment of its own.

    As a context manager: at the end of the block all is down, with its volumes.

    ``over`` are further compose files, which say what is different from the first one. What two of them bring up side
    by side has nothing in common where their ``project`` is another.
    """

    engine: DockerEngine
    project: str
    file: Path
    environment: Mapping[str, str]
    over: tuple[Path, ...] = ()

    def run(self, *arguments: str, given: bytes | None = None) -> str:
        """Return what the command says on standard output. Raises RuntimeError with what it said against it."""
        files = (word for each in (self.file, *self.over) for word in ("--file", str(each)))
        ended = subprocess.run(
            ["docker-compose", "--ansi", "never", "--project-name", self.project, *files, *arguments],
            env={**self.engine.environment, **self.environment},
            input=given,
            capture_output=True,
            check=False,
        )
        if ended.returncode != 0:
            raise RuntimeError(f"docker-compose {' '.join(arguments)}: {(ended.stdout + ended.stderr).decode()}")
        return ended.stdout.decode()

    def follow(self, commands: str) -> str:
        """Return what commands of the shell say that are carried out in the folder of the compose file.

        Their ``docker`` and ``docker-compose`` speak to this engine and mean these files. Raises RuntimeError.
        """
        meant = {"COMPOSE_PROJECT_NAME": self.project, "COMPOSE_FILE": ":".join(map(str, (self.file, *self.over)))}
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=self.file.parent,
            env={**self.engine.environment, **self.environment, **meant},
            capture_output=True,
            check=False,
        )
        if ended.returncode != 0:
            raise RuntimeError(f"{commands}: {(ended.stdout + ended.stderr).decode()}")
        return ended.stdout.decode()

    def container(self, service: str) -> str:
        """Return the id of the container of a service that has one."""
        return self.run("ps", "--quiet", service).strip()

    def inspected(self, service: str, what: str) -> str:
        """Return what ``docker inspect`` says of the container of a service, by a template such as ``{{.Id}}``."""
        return self.engine.docker("inspect", "--format", what, self.container(service))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        down = ("down", "--volumes", "--timeout", "0")
        try:
            self.run(*down)
        except RuntimeError:  # a network is let go of a moment after its last container has gone
            self.run(*down)
