"""Data directories that earlier versions left behind, laid out anew for each test."""

from __future__ import annotations

import json
import tarfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from services.cli.databases import SCHEMAS, url_of
from services.cli.own_settings import settings_of_its_own
from services.runtime.base.settings import Settings
from tests.parts.child import HOST, free_port
from tests.parts.postgres import PostgresServer

_DATA = Path(__file__).with_name("data")
VERSIONS = ("0.1.0-before-migrations",)


@dataclass(frozen=True)
class Kept:
    """A data directory, and the databases that belong to it: files in it, or those of a server."""

    folder: Path
    urls: dict[str, str]
    server: PostgresServer | None
    databases: list[str]
    """All databases on the server that were made for it."""

    @property
    def now(self) -> datetime:
        """What the clock read when the directory was left."""
        return datetime.fromisoformat(json.loads((self.folder / "kept.json").read_text())["now"])

    def empty_database(self) -> str:
        """Make an empty database of the same kind and return its address."""
        if self.server is None:
            return f"sqlite:///{self.folder.parent / uuid4().hex}.db"
        self.databases.append(self.server.create_database())
        return self.databases[-1]

    @property
    def environment(self) -> dict[str, str]:
        """The settings of a command that works on it."""
        urls = {f"CONCORDAT_{name.upper()}_DATABASE_URL": url for name, url in self.urls.items()}
        return {"CONCORDAT_DATA_DIR": str(self.folder), **urls}

    def settings(self, **given: Any) -> Settings:
        """Return the settings of a deployment that goes on with it."""
        port = free_port()
        own = settings_of_its_own(self.folder, host=HOST, port=port, public_url=f"http://{HOST}:{port}", **given)
        return own.model_copy(update={f"{name}_database_url": url for name, url in self.urls.items()})


def laid_out(version: str, folder: Path, server: PostgresServer | None) -> Kept:
    """Lay a version's directory out in ``folder``; with ``server`` that of PostgreSQL, its databases restored there."""
    kind = "sqlite" if server is None else "postgresql"
    folder.mkdir(mode=0o700)
    with tarfile.open(_DATA / f"{version}-{kind}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    if server is None:
        own = settings_of_its_own(folder)
        return Kept(folder, {name: url_of(own, name) for name in SCHEMAS}, None, [])
    urls = {name: _restored(server, folder / f"{name}.sql") for name in SCHEMAS}
    return Kept(folder, urls, server, list(urls.values()))


def _restored(server: PostgresServer, dump: Path) -> str:
    url = server.create_database()
    if not dump.is_file():
        return url  # a database that came later: an empty one is made for it
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(dump.read_bytes())
    return url
