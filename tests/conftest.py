"""The real parts as fixtures, and what is left out when a part is told to be missing."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import httpx
import pytest
from hypothesis import settings
from playwright.async_api import Browser

from services.runtime.base.gc_control import settle, without_collecting
from services.runtime.store import engines
from tests.parts.chromium import chromium
from tests.parts.nats import NatsServer
from tests.parts.postgres import PostgresServer
from tests.parts.smtp import SmtpServer
from tests.parts.system_packages import SYSTEM_PARTS

# The same examples in every run, so that a change is not refused for what it has not touched; HYPOTHESIS_PROFILE=random
# looks for new ones. None has to be quick: a busy machine takes as long as it takes.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("random", derandomize=False, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))

# Tests start Concordat by the hundred: where Python is told to write nothing down, each start would compile all of it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

#: Fixtures that imply the marker of the part they need.
NEEDED_BY_FIXTURES = {
    "postgresql": {"postgres_server", "own_postgres_server"},
    "browser": {"browser"},
    "libreoffice": set(),
    "kubectl": set(),
    "systemd": set(),
    "prometheus": set(),
    "containers": {"docker_engine"},
}


#: Where the tests are that take longest. One worker begins with them, the others take over what it does not come to, so
#: that a run does not end with one of them alone.
BEGUN_FIRST = (
    "tests/containers/",
    "tests/tooling/test_bench.py",
    "tests/faults/",
    "tests/upgrades/",
    "tests/simulation/",
    "tests/cli/test_rooms.py",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two workers to a core: half of what a test takes it waits for processes that it started, and for the disk."""
    return 2 * len(os.sched_getaffinity(0))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Leave the collector of garbage out of it: all that is imported and collected here is kept to the end."""
    with without_collecting():
        collected = yield
    settle()
    return collected


def pytest_report_header() -> list[str]:
    return [
        f"{part.left_out_by}=1: EVERY TEST THAT NEEDS {part.marker.upper()} IS LEFT OUT"
        if part.left_out
        else f"{part.marker}: {part.complaint() or part.find()}"
        for part in SYSTEM_PARTS
    ]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [part.marker for part in SYSTEM_PARTS if part.left_out]
    unwanted = [item for item in items if any(_needs(item, marker) for marker in left_out)]
    if unwanted:
        config.hook.pytest_deselected(items=unwanted)
        items[:] = [item for item in items if item not in unwanted]
    items.sort(key=lambda item: not item.nodeid.startswith(BEGUN_FIRST))


def _needs(item: pytest.Item, marker: str) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    return item.get_closest_marker(marker) is not None or not NEEDED_BY_FIXTURES[marker].isdisjoint(fixtures)


@pytest.fixture(scope="session", autouse=True)
def _authorities_are_read_once() -> Iterator[None]:
    """Each of httpx's clients reads the certificates of all authorities, which takes longer than what it then asks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("httpx._transports.default.create_ssl_context", cache(httpx.create_ssl_context))
        yield


@pytest.fixture(scope="session", autouse=True)
def _a_server_may_take_long_to_connect() -> Iterator[None]:
    """A machine that stands still for seconds in the middle of it makes no database one that is away."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(engines._POSTGRESQL_CONNECT, "connect_timeout", 60)
        yield


@contextmanager
def _postgres() -> Iterator[PostgresServer]:
    # Not under pytest's own directory: that is closed to the user the server runs as.
    directory = Path(tempfile.mkdtemp(prefix="concordat-postgres-"))
    try:
        with PostgresServer(directory) as server:
            yield server
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The PostgreSQL server that all tests share; each takes databases of its own from it."""
    with _postgres() as server:
        yield server


@pytest.fixture
def own_postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server for one test, which may stop, kill and restart it."""
    with _postgres() as server:
        yield server


@pytest.fixture(scope="session")
def nats_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    """The NATS server that all tests share; each names streams of its own on it."""
    with NatsServer(tmp_path_factory.mktemp("nats")) as server:
        yield server


@pytest.fixture
def own_nats_server(tmp_path: Path) -> Iterator[NatsServer]:
    """A NATS server for one test, empty, which may stop, kill and restart it."""
    directory = tmp_path / "nats"
    directory.mkdir()
    with NatsServer(directory) as server:
        yield server


@pytest.fixture(scope="session")
def _shared_smtp_server() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture
def smtp_server(_shared_smtp_server: SmtpServer) -> SmtpServer:
    """The SMTP server that all tests share, empty and well-behaved at the start of each."""
    _shared_smtp_server.reset()
    return _shared_smtp_server


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium; each test opens a context of its own in it."""
    async with chromium() as running:
        yield running


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The SQLAlchemy URL of an empty database, once for each kind that Concordat runs on."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'concordat.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database()
    yield url
    server.drop_database(url)
