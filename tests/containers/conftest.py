"""The engine and the image that all tests with containers share."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.parts.docker import ROOT, DockerEngine, one_at_a_time

BASE = "concordat-base"


@dataclass(frozen=True)
class Image:
    """The image as `make image` makes it, and its bill of materials."""

    tag: str
    bill: Path


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[DockerEngine]:
    """An empty Docker engine; nothing is left of it afterwards."""
    with DockerEngine() as engine:
        yield engine


@pytest.fixture(scope="session")
def image(docker_engine: DockerEngine) -> Image:
    """The image of this checkout, on a small Debian with Python in place of the official image."""
    base = docker_engine.load(BASE, "python3", "ca-certificates")
    with one_at_a_time():
        made = subprocess.run(
            [sys.executable, "-m", "tools.image", "--build-arg", f"BASE={base}", "--network", "none"],
            cwd=ROOT,
            env=docker_engine.environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert made.returncode == 0, made.stdout + made.stderr
    said = made.stdout.splitlines()[-1]
    tag, _, bill = said.removeprefix("The image is ").partition("; what is in it: ")
    return Image(tag, ROOT / bill)
