"""Houses for tests, and which of the tests are part of a run."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.house import House
from tests.parts.postgres import PostgresServer

FORMS = ("none", "short", "long")
FORM = os.environ.get("FAULTS", "short")
"""How much of these tests is part of a run: what needs no house at all, what is marked as short, or everything."""
_HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "every_form: needs no house and is part of every run")
    config.addinivalue_line("markers", "short_form(database, ...): part of plain `make test` too, on these databases")
    if FORM not in FORMS:
        raise pytest.UsageError(f"FAULTS is {FORM!r}; it can be one of {', '.join(FORMS)}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    unwanted = [item for item in items if _HERE in item.path.parents and not _is_wanted(item)]
    if unwanted:
        config.hook.pytest_deselected(items=unwanted)
        items[:] = [item for item in items if item not in unwanted]


def _is_wanted(item: pytest.Item) -> bool:
    if FORM == "long" or item.get_closest_marker("every_form") is not None:
        return True
    short = item.get_closest_marker("short_form")
    return FORM == "short" and short is not None and _database_of(item) in short.args


def _database_of(item: pytest.Item) -> str:
    parameters: dict[str, str] = getattr(item, "callspec").params if hasattr(item, "callspec") else {}  # noqa: B009
    return parameters.get("houses", "sqlite")


@pytest.fixture(scope="session")
def postgres_to_restart() -> Iterator[PostgresServer]:
    """A PostgreSQL server that tests of faults may stop, kill and restart; it runs at the start of each."""
    directory = Path(tempfile.mkdtemp(prefix="concordat-postgres-"))
    try:
        with PostgresServer(directory) as server:
            yield server
    finally:
        shutil.rmtree(directory, ignore_errors=True)


class Houses:
    """Builds houses on one kind of database."""

    def __init__(self, directory: Path, postgres: PostgresServer | None) -> None:
        self._directory = directory
        self._postgres = postgres
        self.on_postgresql = postgres is not None

    @contextmanager
    def house(self, *, replicas: int = 1, mutant: str | None = None, slow_mail: bool = False) -> Iterator[House]:
        """Run a house, which is gone at the end; its arguments are those of ``House``."""
        directory = Path(tempfile.mkdtemp(prefix="house-", dir=self._directory))
        with House(directory, postgres=self._postgres, replicas=replicas, mutant=mutant, slow_mail=slow_mail) as house:
            yield house


@pytest.fixture
def sqlite_houses(tmp_path: Path) -> Houses:
    """A builder of houses with SQLite files."""
    return Houses(tmp_path, None)


@pytest.fixture
def postgresql_houses(tmp_path: Path, postgres_to_restart: PostgresServer) -> Houses:
    """A builder of houses with databases in PostgreSQL."""
    return Houses(tmp_path, postgres_to_restart)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def houses(request: pytest.FixtureRequest) -> Houses:
    """A builder of houses, once for each kind of database."""
    built: Houses = request.getfixturevalue(f"{request.param}_houses")
    return built
