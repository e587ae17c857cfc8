"""The engine and the image that all tests with containers share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.containers.cluster import Cluster, brought_up
from tests.containers.partnership import Partnership, with_software
from tests.parts.docker import ROOT, DockerEngine, one_at_a_time

BASE = "concordat-base"
FORMS = ("short", "long")
FORM = os.environ.get("CONTAINERS", "short")
"""How much of these tests is part of a run: what is quick, or everything."""
_HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long_form: no part of plain `make test`, but of `make containers`")
    if FORM not in FORMS:
        raise pytest.UsageError(f"CONTAINERS is {FORM!r}; it can be one of {', '.join(FORMS)}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    unwanted = [
        item
        for item in items
        if FORM == "short" and _HERE in item.path.parents and item.get_closest_marker("long_form") is not None
    ]
    if unwanted:
        config.hook.pytest_deselected(items=unwanted)
        items[:] = [item for item in items if item not in unwanted]
    # A cluster of its own comes first: beside the shared one, which stays to the end, it would take twice as much.
    of_their_own = {_HERE / "test_failover.py", _HERE / "test_archive.py"}
    items.sort(key=lambda item: item.path not in of_their_own)


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


@pytest.fixture(scope="session")
def cluster(docker_engine: DockerEngine, image: Image, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The cluster that tests share, once every replica is ready; each leaves it as it found it."""
    with brought_up(docker_engine, "shared", image.tag, tmp_path_factory.mktemp("cluster")) as cluster:
        cluster.until_ready()
        yield cluster


@pytest.fixture(scope="session")
def partnership(cluster: Cluster) -> Iterator[Partnership]:
    """The partnership that was brought in with the cluster, and its software."""
    with with_software(cluster) as partnership:
        yield partnership
