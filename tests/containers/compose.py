"""A compose file of ``deploy/``, brought up on an engine of the tests."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.parts.docker import ROOT, DockerEngine

PROJECT = "concordat"


@dataclass(frozen=True)
class Compose:
    """What ``docker-compose --file deploy/…`` does, in an environment of its own; down with its volumes at the end."""

    engine: DockerEngine
    file: str
    environment: Mapping[str, str]

    def run(self, *arguments: str, given: bytes | None = None) -> str:
        """Return what the command says on standard output. Raises RuntimeError with what it said against it."""
        file: Path = ROOT / "deploy" / self.file
        ended = subprocess.run(
            ["docker-compose", "--no-ansi", "--project-name", PROJECT, "--file", str(file), *arguments],
            env={**self.engine.environment, **self.environment},
            input=given,
            capture_output=True,
            check=False,
        )
        if ended.returncode != 0:
            raise RuntimeError(f"docker-compose {' '.join(arguments)}: {(ended.stdout + ended.stderr).decode()}")
        return ended.stdout.decode()

    def container(self, service: str) -> str:
        """Return the id of the container of a service that has one."""
        return self.run("ps", "--quiet", service).strip()

    def inspected(self, service: str, what: str) -> str:
        """Return what ``docker inspect`` says of the container of a service, by a template such as ``{{.Id}}``."""
        return self.engine.docker("inspect", "--format", what, self.container(service))

    def gateway(self) -> str:
        """Make containers and their network without starting them; return this machine's address in it."""
        self.run("up", "--no-start")
        return self.engine.docker(
            *("network", "inspect", "--format", "{{(index .IPAM.Config 0).Gateway}}", f"{PROJECT}_default")
        )

    def __enter__(self) -> Self:
        self.run("up", "--detach")
        return self

    def __exit__(self, *_: object) -> None:
        self.run("down", "--volumes", "--timeout", "0")
